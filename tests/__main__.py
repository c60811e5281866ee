"""`python -m tests`: format, lint, types, then every test; the same for everybody and for the CI."""

import subprocess
import sys

CHECKS = (
    ("ruff", "format", "--check", "--quiet", "."),
    ("ruff", "check", "--quiet", "."),
    ("mypy", "--no-error-summary"),
)


def main(words: list[str]) -> int:
    """Every check, then pytest with these words; its status, or 1 where only a check failed."""
    failed = [" ".join(check) for check in CHECKS if _run(*check)]
    if failed:
        print(f"failed: {', '.join(failed)}; the tests follow all the same", flush=True)
    return _run("pytest", "-n", "2", "--maxfail=40", *words) or int(bool(failed))


def _run(*words: str) -> int:
    return subprocess.run([sys.executable, "-m", *words], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
