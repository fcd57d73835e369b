"""Qdrant's own engine (qdrant-edge: its segments, filters and scores, without a server) behind the calls of QdrantClient
that qdrant_double makes. A collection is a shard in a folder; aliases are a table here."""

from __future__ import annotations

import pathlib
import shutil
import tempfile
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import qdrant_edge as edge
from qdrant_client.http import models


def condition(one: Any) -> Any:
    if isinstance(one, models.HasIdCondition):
        return edge.HasIdCondition({UUID(id) for id in one.has_id})
    assert isinstance(one, models.FieldCondition), one
    if one.match is not None:
        assert isinstance(one.match, models.MatchAny), one
        return edge.FieldCondition(one.key, match=edge.MatchAny(list(one.match.any)))
    limits = one.range
    return edge.FieldCondition(one.key, range=edge.RangeFloat(gte=limits.gte, gt=limits.gt, lte=limits.lte, lt=limits.lt))


def filter_of(wanted: Any) -> Any:
    if wanted is None:
        return None
    return edge.Filter(must=[condition(one) for one in wanted.must or []],
                       must_not=[condition(one) for one in wanted.must_not or []])  # fmt: skip


def vectors_of(vector: Any) -> dict[str, Any]:
    return {name: edge.SparseVector(list(one.indices), list(one.values)) if isinstance(one, models.SparseVector) else one
            for name, one in vector.items()}  # fmt: skip


def shown(vector: Any) -> Any:
    if vector is None:
        return None
    return {name: {"indices": one.indices, "values": one.values} if isinstance(one, edge.SparseVector) else one
            for name, one in vector.items()}  # fmt: skip


class EngineClient:
    def __init__(self) -> None:
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="groundwork-qdrant-"))
        self.shards: dict[str, Any] = {}
        self.configs: dict[str, tuple[Any, Any]] = {}
        self.aliases: dict[str, str] = {}

    def close(self) -> None:
        for shard in self.shards.values():
            shard.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def shard(self, name: str) -> Any:
        name = self.aliases.get(name, name)
        if name not in self.shards:
            raise ValueError(f"Collection {name} not found")
        return self.shards[name]

    def create_collection(self, name: str, vectors_config: Any, sparse_vectors_config: Any = None) -> bool:
        if name in self.shards:
            raise ValueError(f"Collection {name} already exists")
        dense = {key: edge.EdgeVectorParams(size=one.size, distance=edge.Distance.Cosine) for key, one in vectors_config.items()}
        sparse = {key: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf) for key in sparse_vectors_config or {}}
        (self.folder / name).mkdir()
        self.shards[name] = edge.EdgeShard.create(str(self.folder / name), edge.EdgeConfig(dense, sparse))
        self.configs[name] = (vectors_config, sparse_vectors_config)
        return True

    def delete_collection(self, name: str) -> bool:
        shard = self.shards.pop(name, None)
        if shard is not None:
            shard.close()
            shutil.rmtree(self.folder / name)
        self.aliases = {alias: to for alias, to in self.aliases.items() if to != name}
        return shard is not None

    def get_collections(self) -> Any:
        return SimpleNamespace(collections=[SimpleNamespace(name=name) for name in self.shards])

    def get_collection(self, name: str) -> Any:
        self.shard(name)
        dense, sparse = self.configs[self.aliases.get(name, name)]
        plain = lambda params: {key: one.model_dump(mode="json") for key, one in (params or {}).items()}  # noqa: E731
        return {"config": {"params": {"vectors": plain(dense), "sparse_vectors": plain(sparse)}}}

    def update_collection_aliases(self, actions: Any) -> bool:
        for one in actions:
            if isinstance(one, models.CreateAliasOperation):
                self.aliases[one.create_alias.alias_name] = one.create_alias.collection_name
            else:
                self.aliases.pop(one.delete_alias.alias_name, None)
        return True

    def get_aliases(self) -> Any:
        return {"aliases": [{"alias_name": alias, "collection_name": name} for alias, name in self.aliases.items()]}

    def update(self, name: str, operation: Any) -> Any:
        self.shard(name).update(operation)
        return {"operation_id": 0, "status": "completed"}

    def create_payload_index(self, name: str, field: str, schema: Any) -> Any:
        kind = getattr(edge.PayloadSchemaType, schema.value.capitalize())
        return self.update(name, edge.UpdateOperation.create_field_index(field, kind))

    def upsert(self, name: str, points: Any) -> Any:
        made = [edge.Point(UUID(one.id), vectors_of(one.vector), one.payload) for one in points]
        return self.update(name, edge.UpdateOperation.upsert_points(made))

    def update_vectors(self, name: str, points: Any) -> Any:
        made = [edge.PointVectors(UUID(one.id), vectors_of(one.vector)) for one in points]
        return self.update(name, edge.UpdateOperation.update_vectors(made))

    def delete(self, name: str, selector: Any) -> Any:
        return self.update(name, edge.UpdateOperation.delete_points([UUID(id) for id in selector.points]))

    def retrieve(self, name: str, ids: Any, with_payload: Any = True, with_vectors: Any = False) -> Any:
        found = self.shard(name).retrieve([UUID(id) for id in ids], with_payload, with_vectors)
        return [SimpleNamespace(model_dump=lambda mode, one=one: self.record(one), payload=one.payload) for one in found]

    @staticmethod
    def record(one: Any) -> dict[str, Any]:
        return {"id": str(one.id), "payload": one.payload, "vector": shown(one.vector)}

    def scroll(self, name: str, scroll_filter: Any, limit: int, offset: Any, with_payload: Any, with_vectors: Any) -> Any:
        points, following = self.shard(name).scroll(edge.ScrollRequest(
            offset=UUID(offset) if offset else None, limit=limit, filter=filter_of(scroll_filter),
            with_payload=with_payload, with_vector=with_vectors))  # fmt: skip
        return [self.record(one) for one in points], str(following) if following else None

    def count(self, name: str, count_filter: Any, exact: bool) -> Any:
        return {"count": self.shard(name).count(edge.CountRequest(exact=exact, filter=filter_of(count_filter)))}

    def query_batch_points(self, name: str, requests: Any) -> Any:
        return [self.query(name, one) for one in requests]

    def query(self, name: str, wanted: Any) -> Any:
        vector = wanted.query
        if isinstance(vector, models.SparseVector):
            vector = edge.SparseVector(list(vector.indices), list(vector.values))
        params = None
        if wanted.params is not None:
            params = edge.SearchParams(hnsw_ef=wanted.params.hnsw_ef, exact=bool(wanted.params.exact))
        found = self.shard(name).query(edge.QueryRequest(
            limit=wanted.limit, query=edge.Query.Nearest(vector, using=wanted.using), filter=filter_of(wanted.filter),
            with_payload=wanted.with_payload, with_vector=wanted.with_vector, params=params))  # fmt: skip
        return {"points": [{**self.record(one), "version": one.version, "score": one.score} for one in found]}
