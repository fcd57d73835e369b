"""The rooms under src/ stand on floors: each uses rooms of lower floors only.

The floors are those that ARCHITECTURE.md draws, so the drawing cannot fall behind the code. One check is one line; the
last line sums them.
"""

from __future__ import annotations

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "src"


def floors() -> dict[str, int]:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    return {
        room: int(number)
        for number, rooms in re.findall(r"^floor (\d+) +(.+)$", text, re.M)
        for room in rooms.split()
    }


def included_rooms(room: pathlib.Path) -> dict[str, str]:
    """Each room that is included or linked, with the first file that does so."""
    found: dict[str, str] = {}
    for file in sorted(room.rglob("*")):
        if file.suffix not in {".h", ".cc"} and file.name != "CMakeLists.txt":
            continue
        text = file.read_text()
        names = re.findall(r"\bgw_(\w+)\b", text) if file.name == "CMakeLists.txt" else re.findall(r'^#include "(\w+)/', text, re.M)
        for name in names:
            if (SOURCES / name).is_dir():
                found.setdefault(name, str(file.relative_to(ROOT)))
    return found


def purpose(room: pathlib.Path) -> bool:
    """One header says at its top what the room is for, and what it is not for."""
    return any(
        re.search(rf"^// {room.name}: (?s:.)*?Not in scope|^// {room.name}: ", file.read_text(), re.M)
        for file in room.glob("*.h")
    )


def main() -> int:
    floor = floors()
    rooms = sorted(path for path in SOURCES.iterdir() if path.is_dir())
    problems: list[str] = []
    checks = 0
    for room in rooms:
        checks += 1
        if room.name not in floor:
            problems.append(f"src/{room.name} stands on no floor of ARCHITECTURE.md")
            continue
        checks += 1
        if not purpose(room):
            problems.append(f"src/{room.name}: no header begins with '// {room.name}: ' and its purpose")
        for other, file in included_rooms(room).items():
            if other == room.name:
                continue
            checks += 1
            if floor.get(other, 99) >= floor[room.name]:
                problems.append(f"{file}: {room.name} (floor {floor[room.name]}) uses {other} (floor {floor.get(other)})")
    for name in sorted(set(floor) - {room.name for room in rooms}):
        checks += 1
        problems.append(f"ARCHITECTURE.md names the room {name}, and there is no src/{name}")
    for problem in problems:
        print(f"FAIL {problem}")
    print(f"{checks - len(problems)} passed, {len(problems)} failed, 0 skipped")
    return 1 if problems or not checks else 0


if __name__ == "__main__":
    sys.exit(main())
