"""What a certificate is and when it may be made or believed: pure values and rules.

Admission rule: no input or output, no clock, no drawing.
"""
