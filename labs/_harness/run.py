"""The one entry point of every jail: makes the harness importable and hands over."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

if __name__ == "__main__":
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    if mode == "worker":
        from groundwork_harness import worker as entry
    elif mode in ("local", "judge"):
        from groundwork_harness import judge as entry
    else:
        sys.exit(f"expected local, judge or worker, found {mode!r}")
    entry.main(sys.argv[1:])
