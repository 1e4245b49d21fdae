"""Code that runs inside execution environments: standard library only, never imported by the rest of Terrarium.

The folder is laid before everything else on the interpreter's path; nothing of the host's packages is visible.
"""
