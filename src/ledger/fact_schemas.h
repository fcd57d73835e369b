#pragma once

#include "base/result.h"
#include "ledger/fact.h"

namespace groundwork::ledger {

/// Checks the data of a fact against the schema of its kind and version (library/_meta/schema/facts, compiled into the
/// program). Thread-safe.
/// @errors kInvalidArgument: names every field that is wrong; kUnimplemented: a kind or version not known here
base::Status check_data(const NewFact& fact);

}  // namespace groundwork::ledger
