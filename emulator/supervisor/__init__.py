"""`terrarium up` after the command line: what shall run, in which order, and keeping it running.

This room starts processes and watches them. It never reads a template and never talks to AWS.
"""
