"""Which golden cases are played through the public path, and which are not.

A case counts as covered if the name of a test in tests/scenarios carries its id (GC07FixedDenominator
and the like). Prints both lists; exit status 1 if a case is missing. Usage: golden_ids.py [FOLDER]
"""
import pathlib
import re
import sys

CASES = [1, 2, 3, 4, 5, 7, 8, 10, 11, 12, 13, 14, 16, 17, 19, 20, 21, 22, 23, 24, 26, 27, 29, 30,
         32, 33, 36, 37, 39, 41, 43, 45, 48, 50]


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    tests = {}
    for path in sorted((folder / "scenarios").glob("*_test.cc")):
        for name in re.findall(r"^TEST(?:_F)?\(\w+, (\w+)\)", path.read_text(), re.MULTILINE):
            for number in re.findall(r"GC(\d\d)(?=[A-Z])", name):
                tests.setdefault(int(number), []).append(f"{path.name}: {name}")
    for case in CASES:
        print(f"GC-{case:02}  " + ("; ".join(tests[case]) if case in tests else "MISSING"))
    missing = [case for case in CASES if case not in tests]
    print(f"{len(CASES) - len(missing)} of {len(CASES)} cases are played"
          + (", missing: " + ", ".join(f"GC-{case:02}" for case in missing) if missing else ""))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
