"""The registry: who belongs, who may ask whom, where to ask. It cannot invent facts."""
