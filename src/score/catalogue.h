#pragma once

// Every metric of one case by its name, for suites and the command line: definition, source, unit, range, and the
// function behind it, reading rows of JSON.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/embedder.h"
#include "score/gate.h"
#include "score/judge.h"
#include "score/score.h"

namespace groundwork::score {

struct Definition {
  std::string_view name;  ///< "token_f1"; "ndcg@k" stands for every k from 1 to search::kDeepestCut
  std::string_view definition;
  std::string_view source;
  std::string_view unit;
  double low = 0;   ///< of the range
  double high = 1;  ///< likewise; infinity where there is no end
  Better better = Better::kHigher;
  std::string_view reads;    ///< keys of a row, those that may be missing with '?' behind
  std::string_view options;  ///< keys of the options, likewise; empty: none
};

/// In the order of the documentation.
std::span<const Definition> definitions();

/// @return nullptr: there is none; "ndcg@10" finds "ndcg@k"
const Definition* find_definition(std::string_view name);

/// What some metrics need. The pointers outlive the Scorer.
struct Services {
  model::Embedder* embedder = nullptr;  ///< semantic_similarity, answer_relevance; faithfulness uses it where given
  JudgeChat judge;                      ///< judge, preference
  std::string judge_name;               ///< of the model behind it
};

/// Which of them a metric can't do without.
enum class Need { kNothing, kEmbedder, kJudge };
Need need_of(std::string_view metric);

/// One metric with its options, ready to score rows. Immutable and as thread-safe as the services are.
class Scorer {
 public:
  /// @errors kNotFound: no such metric, with the nearest name; kInvalidArgument: an unknown option, or one of a wrong
  /// type or
  ///         value, a regular expression or schema that can't be compiled; kFailedPrecondition: a service is missing
  static base::Result<Scorer> create(std::string_view name, const base::json::object& options = {},
                                     const Services& services = {});

  /// @errors kInvalidArgument: the row lacks a key or has another type under it, so it is the suite that is wrong; what
  ///         the target said wrongly is a low score and no error. Those of the services.
  base::Result<Score> score(const base::json::object& row) const { return function_(row); }

  const std::string& name() const { return name_; }
  const Definition& definition() const { return *definition_; }

 private:
  using Function = std::function<base::Result<Score>(const base::json::object&)>;
  Scorer(std::string name, const Definition& definition, Function function)
      : name_(std::move(name)), definition_(&definition), function_(std::move(function)) {}

  std::string name_;
  const Definition* definition_;
  Function function_;
};

}  // namespace groundwork::score
