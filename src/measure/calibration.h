#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "measure/suite.h"
#include "score/agreement.h"

namespace groundwork::measure {

/// How far the judges of a suite agree with people, by metric.
struct Calibrations {
  std::map<std::string, score::Calibration> by_metric;
  std::string sha256;  ///< of the labels' file
};

/// What a judge said of one label. A run keeps these, so that it asks once however often it is resumed.
struct LabelJudgement {
  std::string labels_sha256;  ///< of the labels' file
  std::string judge;          ///< the model's name
  std::string metric;
  std::size_t label = 0;  ///< its place among the labels, from 0
  std::size_t grade = 0;  ///< from 1; 0: the judgement failed
  std::string failure;    ///< why, if it did
};
/// Those of a file of JSON lines. No file, none; a line that is no judgement (the machine stopped while it was written)
/// is left out, and its label is judged again.
std::vector<LabelJudgement> read_judgements(const std::filesystem::path& file);
/// @errors those of writing
base::Status append_judgements(const std::filesystem::path& file, std::span<const LabelJudgement> judgements);

/// What each judge of the suite says of answers that people graded. The labels are JSON lines: what a case of the suite
/// has that the metric reads, and
///   "prediction"  the answer, as a target would have given it
///   "human"       a person's grade from 1 (worst) to the metric's levels; true and false where there are two
///   "metric"      which of the suite's judged metrics the grade is for; may be left out where there is one
/// Cohen's kappa is weighted by squares where there are more than two grades. A failed judgement is the worst grade.
/// @param kept      judgements that were made before: of these labels, this judge and metric they aren't made again;
///                  what is judged now is added
/// @param threads   labels that are judged at a time
/// @param progress  called as labels are judged; may be empty
/// @errors kInvalidArgument: a label, with file and line; no label for a judged metric, or a suite without one;
///         kUnavailable: the judge gave no verdict on any; kCancelled; those of CaseReader
base::Result<Calibrations> calibrate(const Suite& suite, const std::filesystem::path& labels,
                                     std::vector<LabelJudgement>& kept, std::size_t threads,
                                     const std::stop_token& stop,
                                     const std::function<void(std::size_t done, std::size_t total)>& progress);

}  // namespace groundwork::measure
