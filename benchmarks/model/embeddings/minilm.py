"""all-MiniLM-L6-v2's weights, as the peers need them. NumPy only."""
import json
import struct

import numpy as np

LAYERS, HEADS, WIDTH = 6, 12, 384


def weights(folder):
    with open(f"{folder}/model.safetensors", "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data[one["data_offsets"][0] : one["data_offsets"][1]], dtype=np.float32).reshape(one["shape"])
        for name, one in header.items()
        if one["dtype"] == "F32"
    }


def batches(ids, size):
    """The texts in batches of `size`, the longest first, padded to the longest of the batch: what a careful user does."""
    order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        longest = len(ids[rows[0]])
        padded = np.zeros((len(rows), longest), dtype=np.int64)
        mask = np.zeros((len(rows), longest), dtype=np.int64)
        for r, i in enumerate(rows):
            padded[r, : len(ids[i])] = ids[i]
            mask[r, : len(ids[i])] = 1
        yield rows, padded, mask


def serve(embed):
    """One contender of embeddings.py. A line on standard input is JSON: {"ids": file, "batch": n, "out": file or null}.

    embed(ids, batch) gives [texts][384]; the answer is a line with the seconds that took.
    """
    import sys
    import time

    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        with open(asked["ids"], encoding="utf-8") as file:
            ids = json.load(file)
        start = time.perf_counter()
        vectors = embed(ids, asked["batch"])
        seconds = time.perf_counter() - start
        if asked["out"]:
            np.asarray(vectors, dtype=np.float32).tofile(asked["out"])
        print(seconds, flush=True)
