"""MiniLM in PyTorch: peer_pytorch.py MODEL THREADS plain|fused. `fused` is the encoder layer that PyTorch has for inference
(torch._transformer_encoder_layer_fwd, what nn.TransformerEncoderLayer and BetterTransformer call); `plain` its own operators."""
import sys

import numpy as np
import torch
from torch.nn import functional

import minilm


def main():
    model, threads, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    w = {name: torch.from_numpy(values.copy()) for name, values in minilm.weights(model).items()}
    place = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
    layers = []
    for i in range(minilm.LAYERS):
        p = f"encoder.layer.{i}."
        pair = lambda name: (w[p + name + ".weight"], w[p + name + ".bias"])
        parts = [pair(f"attention.self.{one}") for one in ("query", "key", "value")]
        qkv = (torch.cat([one[0] for one in parts]), torch.cat([one[1] for one in parts]))
        layers.append((*qkv, *pair("attention.output.dense"), *pair("attention.output.LayerNorm"), *pair("output.LayerNorm"),
                       *pair("intermediate.dense"), *pair("output.dense")))

    def norm(x, gamma, beta):
        return functional.layer_norm(x, (minilm.WIDTH,), gamma, beta, 1e-12)

    def plain(x, layer, missing):
        qkv_w, qkv_b, out_w, out_b, n1_w, n1_b, n2_w, n2_b, in_w, in_b, outer_w, outer_b = layer
        texts, tokens, width = x.shape
        qkv = functional.linear(x, qkv_w, qkv_b).view(texts, tokens, 3, minilm.HEADS, width // minilm.HEADS).permute(2, 0, 3, 1, 4)
        if hasattr(functional, "scaled_dot_product_attention"):
            allowed = None if missing is None else ~missing[:, None, None, :]
            mixed = functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], attn_mask=allowed)
        else:
            scores = qkv[0] @ qkv[1].transpose(-1, -2) * (width // minilm.HEADS) ** -0.5
            if missing is not None:
                scores.masked_fill_(missing[:, None, None, :], float("-inf"))
            mixed = scores.softmax(-1) @ qkv[2]
        mixed = mixed.transpose(1, 2).reshape(texts, tokens, width)
        x = norm(x + functional.linear(mixed, out_w, out_b), n1_w, n1_b)
        inner = functional.gelu(functional.linear(x, in_w, in_b))
        return norm(x + functional.linear(inner, outer_w, outer_b), n2_w, n2_b)

    def fused(x, layer, missing):
        mask = () if missing is None else (missing, 1)
        return torch._transformer_encoder_layer_fwd(x, minilm.WIDTH, minilm.HEADS, *layer[:4], True, False, 1e-12, *layer[4:], *mask)

    step = fused if kind == "fused" else plain

    def embed(ids, batch):
        vectors = np.empty((len(ids), minilm.WIDTH), dtype=np.float32)
        for rows, padded, mask in minilm.batches(ids, batch):
            x = norm(w["embeddings.word_embeddings.weight"][torch.from_numpy(padded)] + place[: padded.shape[1]],
                     w["embeddings.LayerNorm.weight"], w["embeddings.LayerNorm.bias"])
            there = torch.from_numpy(mask)
            missing = None if mask.all() else there == 0
            for layer in layers:
                x = step(x, layer, missing)
            mean = torch.einsum("btd,bt->bd", x, there.float())
            vectors[rows] = functional.normalize(mean, dim=1).numpy()
        return vectors

    minilm.serve(embed)


main()
