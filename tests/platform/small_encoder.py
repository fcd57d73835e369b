"""A sentence encoder small enough to be distilled in a test: BERT's shape, weights by chance, a vocabulary of letters and a
few words."""

from __future__ import annotations

import json
import math
import pathlib
import random
import struct

WIDTH = 64
INNER = 128
POSITIONS = 16
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
VOCABULARY = [*SPECIAL, *LETTERS, *(f"##{letter}" for letter in LETTERS), "cache", "heap", "lock", "evicts", "sorts", "waits"]


def shapes() -> dict[str, tuple[int, ...]]:
    layer = "encoder.layer.0."
    dense = {
        **{f"{layer}attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")},
        f"{layer}attention.output.dense": (WIDTH, WIDTH),
        f"{layer}intermediate.dense": (INNER, WIDTH),
        f"{layer}output.dense": (WIDTH, INNER),
    }
    norms = ["embeddings.LayerNorm", f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm"]
    return {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), WIDTH),
        "embeddings.position_embeddings.weight": (POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        **{f"{name}.weight": shape for name, shape in dense.items()},
        **{f"{name}.bias": shape[:1] for name, shape in dense.items()},
        **{f"{name}.{part}": (WIDTH,) for name in norms for part in ("weight", "bias")},
    }


def write(folder: pathlib.Path) -> pathlib.Path:
    """Writes config.json, tokenizer.json and model.safetensors."""
    folder.mkdir(parents=True)
    chance = random.Random(7)
    header, values = {}, b""
    for name, shape in shapes().items():
        middle = 1.0 if name.endswith("LayerNorm.weight") else 0.0
        numbers = [chance.gauss(middle, 0.1) for _ in range(math.prod(shape))]
        begin = len(values)
        values += struct.pack(f"<{len(numbers)}f", *numbers)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [begin, len(values)]}
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + values)
    config = {"model_type": "bert", "hidden_act": "gelu", "hidden_size": WIDTH, "intermediate_size": INNER, "num_hidden_layers": 1,
              "num_attention_heads": WIDTH // 32, "max_position_embeddings": POSITIONS, "vocab_size": len(VOCABULARY)}  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    tokenizer = {
        "normalizer": {"type": "BertNormalizer", "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {token: number for number, token in enumerate(VOCABULARY)}},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    return folder
