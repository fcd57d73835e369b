"""fetch_source.py REQUIREMENT SHA256 FOLDER: the source distribution of "name==version" from the index that pip is set up for.

`pip download` runs a source distribution's own build code to learn its metadata; this takes the archive and runs nothing of it.
"""

import hashlib
import pathlib
import sys

from pip._internal.commands import create_command
from pip._internal.network.download import Downloader
from pip._vendor.packaging.requirements import Requirement


def main() -> int:
    requirement, expected, folder = Requirement(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    command = create_command("download")
    options, _ = command.parse_args(["--no-deps", "--no-binary", ":all:", str(requirement)])
    with command.main_context():
        session = command.get_default_session(options)
        finder = command._build_package_finder(options, session)
        found = finder.find_best_candidate(requirement.name, requirement.specifier).best_candidate
        if found is None:
            print(f"expected a source distribution of {requirement}, the index has none", file=sys.stderr)
            return 1
        path, _ = Downloader(session, "off")(found.link, str(folder))
    digest = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    if digest != expected:
        pathlib.Path(path).unlink()
        print(f"{found.link.filename}: expected sha256 {expected}, found {digest}", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
