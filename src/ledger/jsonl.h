#pragma once

#include <functional>
#include <istream>
#include <ostream>
#include <string>

#include "ledger/ledger.h"

namespace groundwork::ledger {

/// One fact a line, in order; before the first fact that names a blob (a submission) a line
/// {"blob": sha256, "base64": bytes}. @return how many facts
base::Result<std::size_t> export_jsonl(Ledger& ledger, const std::string& learner, std::ostream& out);

struct Imported {
  std::size_t facts = 0;    ///< lines that held a fact
  std::size_t already = 0;  ///< of them, recorded before
};

/// Reads what export_jsonl writes: all of it or, when a line is wrong, none of its facts. Facts that are there already
/// are passed over.
/// @param learner  not empty: record the facts under this learner instead of the one they name
/// @param check    what a fact of its kind must be
/// @errors kInvalidArgument with where = "line N"
base::Result<Imported> import_jsonl(Ledger& ledger, std::istream& in, const std::string& learner = {},
                                    const std::function<base::Status(const NewFact&)>& check = {});

}  // namespace groundwork::ledger
