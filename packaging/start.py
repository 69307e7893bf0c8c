"""Sets up what ConvSim needs and opens it: ``python3 packaging/start.py``.

Arguments are handed on to the program. Old Pythons must be able to read this file.
"""

import os
import subprocess
import sys

import oldpython


def main(arguments: "list[str]") -> int:
    """Set up, then become the program; return an exit status if that is impossible."""
    oldpython.refuse()
    import bootstrap
    import console
    import system

    try:
        console.prepare()
        setup = bootstrap.Setup(["program"], window=system.needs_xcb(os.environ))
        python = str(setup.run())
    except console.SetupError as error:
        console.say(f"ConvSim could not be set up: {error}")
        return 1
    except KeyboardInterrupt:
        console.say("\nStopped. The same command goes on from here.")
        return 130
    # -P: a file of the user's folder must not be taken for a module of the program.
    command = [python, "-P", "-m", "convsim", *arguments]
    if os.name != "nt":
        sys.stdout.flush()
        os.execve(python, command, setup.env)
    return subprocess.call(command, env=setup.env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
