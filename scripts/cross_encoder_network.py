"""The network of `assistant/cross_encoder.py` in PyTorch, for training, and its difference written to the two files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto
from onnx import helper as graphs
from torch import Tensor, nn
from torch.nn import functional

from assistant.cross_encoder import DENSE, Encoded, graph_weights
from indexing.e5_file import E5File, E5Shape

FROZEN_LAYERS = 4
"""Layers that keep the bundled weights, counted from the embeddings, which keep theirs too."""
RANK = 64
"""Of the difference that is kept of each weight."""
DROPOUT = 0.1
COSINE_AT_FIRST = 15.0
OFFSET_AT_FIRST = -13.0
_NORMS = ("aln", "oln")


class Layer(nn.Module):
    """One layer of the encoder (post-norm)."""

    def __init__(self, shape: E5Shape) -> None:
        super().__init__()
        hidden, forward = shape.hidden, shape.feed_forward
        self.q, self.k, self.v, self.ao = (nn.Linear(hidden, hidden) for _ in range(4))
        self.fi, self.fo = nn.Linear(hidden, forward), nn.Linear(forward, hidden)
        self.aln, self.oln = (nn.LayerNorm(hidden, shape.epsilon) for _ in range(2))
        self.heads = shape.heads
        self.drop = nn.Dropout(DROPOUT)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return the next states, shape (windows, tokens, hidden); `mask` is true where there is a token."""
        batch, length, hidden = states.shape

        def split(part: Tensor) -> Tensor:
            return part.view(batch, length, self.heads, -1).transpose(1, 2)

        parts = (split(part(states)) for part in (self.q, self.k, self.v))
        seen = functional.scaled_dot_product_attention(*parts, attn_mask=mask)
        states = self.aln(states + self.drop(self.ao(seen.transpose(1, 2).reshape(batch, length, hidden))))
        return self.oln(states + self.drop(self.fo(functional.gelu(self.fi(states)))))


class Network(nn.Module):
    """The bundled encoder, of which the upper layers can be trained, and the heads that make scores."""

    def __init__(self, file: E5File) -> None:
        super().__init__()
        self.file = file
        hidden = file.shape.hidden
        self.places = torch.from_numpy(file.places())
        self.norm = nn.LayerNorm(hidden, file.shape.epsilon)
        self.layers = nn.ModuleList(Layer(file.shape) for _ in range(file.shape.layers))
        self._load()
        self.mean, self.highest, self.none = (nn.Linear(hidden, 1) for _ in range(3))
        self.cosine = nn.Parameter(torch.tensor(COSINE_AT_FIRST))
        self.offset = nn.Parameter(torch.tensor(OFFSET_AT_FIRST))
        for head in (self.mean, self.highest, self.none):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)
        self.drop = nn.Dropout(DROPOUT)

    def _load(self) -> None:
        file, shape = self.file, self.file.shape
        with torch.no_grad():
            _fill(self.norm, file, "emb.ln")
            for number, layer in enumerate(self.layers):
                for kind in DENSE:
                    columns = shape.feed_forward if kind == "fo" else shape.hidden
                    getattr(layer, kind).weight.copy_(torch.from_numpy(file.matrix(f"l{number}.{kind}.w", columns)))
                    getattr(layer, kind).bias.copy_(torch.from_numpy(file.floats(f"l{number}.{kind}.b")))
                for kind in _NORMS:
                    _fill(getattr(layer, kind), file, f"l{number}.{kind}")
        for frozen in (self.norm, *self.layers[:FROZEN_LAYERS]):
            frozen.requires_grad_(False)

    def forward(self, windows: list[Encoded]) -> tuple[list[Tensor], Tensor]:
        """Return the score of each sentence of each window, and each window's score for no answer."""
        longest = max(len(window.ids) for window in windows)
        ids = np.full((len(windows), longest), self.file.shape.padding, dtype=np.int64)
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = window.ids
        mask = torch.tensor([[place < len(window.ids) for place in range(longest)] for window in windows])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.norm(torch.from_numpy(self.file.embeddings(ids)) + self.places[:longest])
            for layer in self.layers:
                states = layer(states, mask[:, None, None, :])
        states = self.drop(states.float())
        none = self.none(states[:, 0])[:, 0]
        return [self._scores(row, window) for row, window in zip(states, windows, strict=True)], none

    def _scores(self, states: Tensor, window: Encoded) -> Tensor:
        asked = functional.normalize(states[slice(*window.question)].mean(0), dim=0)
        means = torch.stack([states[start:end].mean(0) for start, end in window.sentences])
        highest = torch.stack([self.highest(states[start:end]).max() for start, end in window.sentences])
        cosines = functional.normalize(means, dim=1) @ asked
        return self.mean(means)[:, 0] + highest + self.cosine * cosines + self.offset

    def parts(self) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        """Return what is trained: the upper layers, and the heads."""
        heads = [*self.mean.parameters(), *self.highest.parameters(), *self.none.parameters()]
        upper = [weight for layer in self.layers for weight in layer.parameters() if weight.requires_grad]
        return upper, [*heads, self.cosine, self.offset]


def _fill(norm: nn.LayerNorm, file: E5File, name: str) -> None:
    norm.weight.copy_(torch.from_numpy(file.floats(f"{name}.w")))
    norm.bias.copy_(torch.from_numpy(file.floats(f"{name}.b")))


def write_difference(network: Network, path: Path) -> None:
    """Write what was trained, as thin matrices in half precision, and the heads."""
    file, shape = network.file, network.file.shape
    arrays: dict[str, np.ndarray] = {}
    for number, layer in list(enumerate(network.layers))[FROZEN_LAYERS:]:
        for kind in DENSE:
            name, dense = f"l{number}.{kind}", getattr(layer, kind)
            columns = shape.feed_forward if kind == "fo" else shape.hidden
            changed = dense.weight.detach() - torch.from_numpy(file.matrix(f"{name}.w", columns))
            left, strength, right = torch.linalg.svd(changed, full_matrices=False)
            root = strength[:RANK].sqrt()
            arrays[f"{name}.up"] = (left[:, :RANK] * root).numpy().astype(np.float16)
            arrays[f"{name}.down"] = (root[:, None] * right[:RANK]).numpy().astype(np.float16)
            arrays[f"{name}.b"] = dense.bias.detach().numpy()
        for kind in _NORMS:
            for part, value in (("w", getattr(layer, kind).weight), ("b", getattr(layer, kind).bias)):
                arrays[f"l{number}.{kind}.{part}"] = value.detach().numpy()
    for kind in ("mean", "highest", "none"):
        arrays[f"heads.{kind}"] = getattr(network, kind).weight.detach().numpy()[0]
    offsets = [network.mean.bias, network.highest.bias, network.none.bias, network.offset]
    arrays["heads.offsets"] = np.array([value.item() for value in offsets], dtype=np.float32)
    arrays["heads.cosine"] = np.array([network.cosine.item()], dtype=np.float32)
    np.savez_compressed(path, **arrays)


def write_graph(file: E5File, path: Path) -> None:
    """Write the graph that onnxruntime runs, without weights: they are given when it is opened."""
    shape = file.shape
    build = _Graph(shape.epsilon)
    states = build.add("LayerNormalization", ["embedded", "emb.ln.w", "emb.ln.b"], "start", axis=-1)
    for number in range(shape.layers):
        name = f"l{number}"
        parts = [build.dense(states, f"{name}.{kind}") for kind in ("q", "k", "v")]
        seen = build.add("MultiHeadAttention", [*parts, "", "mask"], f"{name}.seen", num_heads=shape.heads)
        states = build.normed(states, build.dense(seen, f"{name}.ao"), f"{name}.aln")
        wide = build.add("Gelu", [build.dense(states, f"{name}.fi")], f"{name}.wide")
        states = build.normed(states, build.dense(wide, f"{name}.fo"), f"{name}.oln")
    build.add("Identity", [states], "hidden")
    around = ["batch", "tokens", shape.hidden]
    graph = graphs.make_graph(
        build.nodes,
        "cross_encoder",
        [
            graphs.make_tensor_value_info("embedded", TensorProto.FLOAT, around),
            graphs.make_tensor_value_info("mask", TensorProto.INT32, around[:2]),
        ],
        [graphs.make_tensor_value_info("hidden", TensorProto.FLOAT, around)],
    )
    for name, value in graph_weights(file, {}).items():
        given = graph.initializer.add()
        given.name = name
        given.dims.extend(value.shape)
        given.data_type = TensorProto.INT8 if value.dtype == np.int8 else TensorProto.FLOAT
        given.data_location = TensorProto.EXTERNAL
        given.external_data.add(key="location", value="given when opened")
    sets = [graphs.make_opsetid("", 17), graphs.make_opsetid("com.microsoft", 1)]
    path.write_bytes(graphs.make_model(graph, opset_imports=sets, ir_version=9).SerializeToString())


class _Graph:
    """Nodes of a graph; each call adds one and returns the name of what it gives."""

    def __init__(self, epsilon: float) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self._epsilon = epsilon

    def add(self, kind: str, inputs: list[str], output: str, **attributes: object) -> str:
        domain = "" if kind in ("LayerNormalization", "Identity") else "com.microsoft"
        if "LayerNormalization" in kind:
            attributes["epsilon"] = self._epsilon
        self.nodes.append(graphs.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def dense(self, states: str, name: str) -> str:
        return self.add("DynamicQuantizeMatMul", [states, f"{name}.w", f"{name}.s", "", f"{name}.b"], f"{name}.out")

    def normed(self, states: str, added: str, name: str) -> str:
        return self.add("SkipLayerNormalization", [states, added, f"{name}.w", f"{name}.b"], f"{name}.out")
