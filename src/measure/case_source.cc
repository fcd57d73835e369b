#include "measure/case_source.h"

#include <algorithm>
#include <cmath>

namespace groundwork::measure {

using base::Result;

Selection select(std::size_t in_file, std::size_t hidden, std::optional<std::size_t> wanted, std::uint64_t seed,
                 std::size_t repeats) {
  Selection out{in_file, in_file, hidden, seed, repeats};
  if (!wanted || *wanted >= in_file + hidden) return out;
  const double share = static_cast<double>(hidden) / static_cast<double>(in_file + hidden);
  out.hidden = std::min(hidden, static_cast<std::size_t>(std::lround(share * static_cast<double>(*wanted))));
  out.from_file = std::min(in_file, *wanted - out.hidden);
  return out;
}

CaseSource::CaseSource(const Suite& suite, const Service& service, const Selection& selection)
    : suite_(suite),
      service_(service),
      selection_(selection),
      hidden_(selection.hidden > 0 ? service.hidden_cases() : std::vector<Case>{}),
      random_(selection.seed) {
  hidden_.resize(std::min(hidden_.size(), selection.hidden));
  for (Case& one : hidden_) one.index += selection.in_file;
}

Result<std::optional<Case>> CaseSource::next_of_file() {
  if (!reader_) {
    GW_TRY(reader_, CaseReader::open(suite_.folder / suite_.cases));
  }
  while (taken_ < selection_.from_file) {
    GW_TRY(std::optional<Case> one, reader_->next());
    if (!one) break;
    const double left = static_cast<double>(selection_.in_file - read_++);
    const double wanted = static_cast<double>(selection_.from_file - taken_);
    if (selection_.from_file < selection_.in_file && random_.unit() * left >= wanted) continue;
    ++taken_;
    GW_CHECK_OK(service_.check_case(*one, reader_->where()));
    return one;
  }
  return std::optional<Case>();
}

Result<std::optional<Job>> CaseSource::next() {
  while (repeat_ < selection_.repeats) {
    GW_TRY(std::optional<Case> one, next_of_file());
    if (one) return std::optional(Job{*std::move(one), repeat_});
    if (hidden_taken_ < hidden_.size()) return std::optional(Job{hidden_[hidden_taken_++], repeat_});
    ++repeat_;
    reader_.reset();
    random_ = base::Random(selection_.seed);
    read_ = taken_ = hidden_taken_ = 0;
  }
  return std::optional<Job>();
}

}  // namespace groundwork::measure
