"""Sample holdings: invented people in invented registers, the same on every machine.

Nobody in them exists: identity numbers use only area codes that were never assigned (330499,
361199, 310199, 332199). Nothing here is imported by a service.
"""
