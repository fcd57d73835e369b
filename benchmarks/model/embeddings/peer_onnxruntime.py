"""MiniLM in onnxruntime: peer_onnxruntime.py MODEL THREADS f32|int8. The graph has onnxruntime's own fused operators (Attention,
SkipLayerNormalization, BiasGelu): what its optimiser for transformers makes of a BERT."""
import os
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

import minilm


def graph(w):
    nodes, constants = [], []

    def constant(name, values):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(kind, inputs, output, domain="", **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def norm(x, residual, bias, name, output):
        fused = [x, residual, constant(f"{name}.g", w[f"{name}.weight"]), constant(f"{name}.b", w[f"{name}.bias"])]
        if bias is not None:
            fused.append(constant(f"{name}.r", bias))
        return node("SkipLayerNormalization", fused, output, "com.microsoft", epsilon=1e-12)

    place = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
    word = node("Gather", [constant("words", w["embeddings.word_embeddings.weight"]), "ids"], "word")
    node("Shape", ["ids"], "size", start=1, end=2)
    node("Slice", [constant("places", place), constant("zero", np.array([0])), "size", constant("axis", np.array([0]))], "at")
    node("Unsqueeze", ["at", "zero"], "at3")
    node("Expand", ["at3", node("Shape", ["word"], "word_shape")], "place")
    x = norm(word, "place", None, "embeddings.LayerNorm", "x")
    node("Cast", ["mask"], "mask32", to=TensorProto.INT32)
    for i in range(minilm.LAYERS):
        p = f"encoder.layer.{i}."
        self = p + "attention.self."
        qkv = np.concatenate([w[f"{self}{one}.weight"].T for one in ("query", "key", "value")], axis=1)
        bias = np.concatenate([w[f"{self}{one}.bias"] for one in ("query", "key", "value")])
        mixed = node("Attention", [x, constant(f"qkv{i}", qkv), constant(f"qkvb{i}", bias), "mask32"], f"mixed{i}", "com.microsoft",
                     num_heads=minilm.HEADS)
        out = node("MatMul", [mixed, constant(f"o{i}", w[p + "attention.output.dense.weight"].T)], f"out{i}")
        x = norm(out, x, w[p + "attention.output.dense.bias"], p + "attention.output.LayerNorm", f"a{i}")
        inner = node("MatMul", [x, constant(f"i{i}", w[p + "intermediate.dense.weight"].T)], f"inner{i}")
        gelu = node("BiasGelu", [inner, constant(f"ib{i}", w[p + "intermediate.dense.bias"])], f"gelu{i}", "com.microsoft")
        outer = node("MatMul", [gelu, constant(f"u{i}", w[p + "output.dense.weight"].T)], f"outer{i}")
        x = norm(outer, x, w[p + "output.dense.bias"], p + "output.LayerNorm", f"x{i}")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in ("ids", "mask")]
    output = helper.make_tensor_value_info(x, TensorProto.FLOAT, ["texts", "tokens", minilm.WIDTH])
    made = helper.make_graph(nodes, "minilm", inputs, [output], constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=8)


def session(model, threads, kind):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f32.onnx")
        onnx.save(graph(minilm.weights(model)), path)
        if kind == "int8":
            quantize_dynamic(path, os.path.join(folder, "int8.onnx"), per_channel=True, weight_type=QuantType.QInt8,
                             extra_options={"DefaultTensorType": TensorProto.FLOAT})
            path = os.path.join(folder, "int8.onnx")
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def main():
    model, threads, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    run = session(model, threads, kind)

    def embed(ids, batch):
        vectors = np.empty((len(ids), minilm.WIDTH), dtype=np.float32)
        for rows, padded, mask in minilm.batches(ids, batch):
            (x,) = run.run(None, {"ids": padded, "mask": mask})
            mean = np.einsum("btd,bt->bd", x, mask.astype(np.float32))
            vectors[rows] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return vectors

    minilm.serve(embed)


main()
