"""`python -m reportgen` is the command `reportgen`.

Nothing else is imported here at first, so that Ctrl-C is heard from the beginning.
"""

import sys


def main(words: list[str]) -> int:
    """Run reportgen with `words`, and return its exit code."""
    from reportgen.again import say_again  # noqa: PLC0415  # after the first Ctrl-C

    code = say_again(words)
    if code is None:
        from reportgen import cli  # noqa: PLC0415  # it imports much

        code = cli.main(words)
    return code


def run() -> None:
    """Run reportgen as a program."""
    try:
        _begin()
        code = main(sys.argv[1:])
        _finish()
    except KeyboardInterrupt:
        code = 130
        print("interrupted", file=sys.stderr)  # noqa: T201  # there may be no console
    sys.exit(code)


def _begin() -> None:
    import gc  # noqa: PLC0415  # after the first Ctrl-C

    # Looking for garbage among modules and templates finds none, and takes a
    # twentieth of a small build; a large one makes enough for it to be worth while.
    gc.set_threshold(100_000)


def _finish() -> None:
    import gc  # noqa: PLC0415  # after the first Ctrl-C
    import signal  # noqa: PLC0415  # likewise

    # Taking everything apart on the way out takes a tenth of a small build.
    gc.freeze()
    # All is done and said: whoever interrupts now comes too late.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    run()
