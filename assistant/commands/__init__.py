"""One module a command: ``configure(parser)`` names its arguments, ``run(arguments)`` works and gives the exit code.

Nothing but argparse is imported at the top, so that ``assistant --help`` stays instant. A new command is a module here
and a line in ``assistant.cli.COMMANDS``.
"""
