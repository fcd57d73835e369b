"""Prints "passed failed skipped" of a log, from the closing lines of ctest, pytest, vitest, node --test and our own runners."""

import re
import sys


def counts(text: str) -> tuple[int, int, int]:
    passed = failed = skipped = 0
    for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines():
        line = line.strip().strip("= ")
        if match := re.fullmatch(r"\d+% tests passed, (\d+) tests? failed out of (\d+)", line):
            failed += int(match[1])
            passed += int(match[2]) - int(match[1])
        elif re.fullmatch(r"\d+ - .+ \((Skipped|Disabled)\)", line):  # ctest lists these after its summary, as passed
            skipped += 1
            passed -= 1
        elif match := re.fullmatch(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?", line):
            passed += int(match[1])
            failed += int(match[2])
            skipped += int(match[3] or 0)
        elif re.fullmatch(r"(\d+ (passed|failed|skipped|error|errors|warning|warnings|deselected|xfailed)(, )?)+ in [\d.]+s.*", line):
            for number, word in re.findall(r"(\d+) (passed|failed|skipped|error)", line):
                if word == "passed":
                    passed += int(number)
                elif word == "skipped":
                    skipped += int(number)
                else:
                    failed += int(number)
        elif match := re.fullmatch(r"Tests +(?:(\d+) failed \| )?(\d+) passed(?: \| (\d+) skipped)? \(\d+\)", line):  # vitest
            failed += int(match[1] or 0)
            passed += int(match[2])
            skipped += int(match[3] or 0)
        elif match := re.fullmatch(r"[#ℹ] (pass|fail|skipped|cancelled) (\d+)", line):
            if match[1] == "pass":
                passed += int(match[2])
            elif match[1] == "skipped":
                skipped += int(match[2])
            else:
                failed += int(match[2])
    return passed, failed, skipped


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
        print(*counts(log.read()))
