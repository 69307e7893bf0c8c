"""Sets up what the tests need and runs every check: ``python3 packaging/check.py``.

Old Pythons must be able to read this file.
"""

import argparse
import sys
import tempfile

import oldpython


def options_of(arguments: "list[str]", names: "list[str]") -> argparse.Namespace:
    """Return the options in `arguments`; `names` are those of the checks."""
    parser = argparse.ArgumentParser(
        prog="check.py", description="Set up what the tests need, and run every check and test."
    )
    parser.add_argument(
        "--torch", action="store_true", help="install PyTorch and run the tests that need it too"
    )
    parser.add_argument(
        "--only", action="append", metavar="CHECK", choices=names, help="run this check only"
    )
    parser.add_argument("--list", action="store_true", help="name the checks and leave")
    return parser.parse_args(arguments)


def main(arguments: "list[str]") -> int:
    """Set up, run the checks, and return an exit status."""
    oldpython.refuse()
    import bootstrap
    import checks
    import console

    options = options_of(arguments, [check.name for check in checks.CHECKS])
    if options.list:
        for check in checks.CHECKS:
            console.say(f"{check.name:8} {check.title}")
        return 0
    groups = ["program", "dev", "torch"] if options.torch else ["program", "dev"]
    try:
        console.prepare()
        setup = bootstrap.Setup(groups, window=True, tests=True)
        python = setup.run()
        with tempfile.TemporaryDirectory(prefix="convsim-check-") as runtime:
            env = checks.check_env(setup.env, runtime)
            chosen = [c for c in checks.CHECKS if not options.only or c.name in options.only]
            results = [checks.run_check(c, python, bootstrap.ROOT, env) for c in chosen]
    except console.SetupError as error:
        console.say(f"ConvSim could not be set up: {error}")
        return 1
    except KeyboardInterrupt:
        console.say("\nStopped.")
        return 130
    return 1 if checks.sum_up(results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
