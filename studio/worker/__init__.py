"""The engine process's own half: boot, private channel, loop, Runner, RunContext. Standard library, Python 3.10.

Nothing here runs in the studio's process; it is copied into a kit and started in the engine's environment.
"""
