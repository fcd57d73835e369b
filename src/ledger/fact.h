#pragma once

// ledger: the append-only store of facts. In scope: durability, idempotency, order, blobs, export, import, backup.
// Not in scope: what a fact means (progress).

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"

namespace groundwork::ledger {

/// Something that a learner did, before it is recorded.
struct NewFact {
  std::string learner;
  std::string id;    ///< idempotency key: recording the same fact twice leaves one
  std::string kind;  ///< "quiz.finished"
  int version = 1;   ///< of the kind's schema
  base::Timestamp at{};
  base::json::object data;
};

struct Fact : NewFact {
  std::int64_t seq = 0;  ///< order of recording, over all learners; never reused
};

/// {"seq", "learner", "id", "kind", "version", "at", "data"}
base::json::object to_json(const Fact& fact);
/// @errors kInvalidArgument: a field is missing, of another type, or too long.
base::Result<NewFact> fact_from_json(const base::json::value& value);
/// What every fact must be, whatever its kind: names short and plain, an object as data of at most 1 MiB.
base::Status check_fact(const NewFact& fact);

}  // namespace groundwork::ledger
