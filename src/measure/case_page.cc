#include "measure/case_page.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "bench/histogram.h"
#include "measure/estimate.h"

namespace groundwork::measure {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::make_error;
using base::Result;

constexpr std::uint64_t kReadForAPage = std::uint64_t{16} << 20;
constexpr std::size_t kExact = 100'000;
constexpr std::size_t kBars = 36;

/// Whole lines of cases.jsonl and where they begin.
class Lines {
 public:
  static Result<Lines> open(const fs::path& folder, std::uint64_t offset) {
    Lines lines;
    lines.file_ = folder / "cases.jsonl";
    lines.in_.open(lines.file_, std::ios::binary);
    lines.at_ = offset;
    if (!lines.in_) return lines;
    lines.in_.seekg(0, std::ios::end);
    lines.bytes_ = static_cast<std::uint64_t>(lines.in_.tellg());
    if (offset > lines.bytes_) {
      return make_error(Code::kInvalidArgument, "offset: expected at most " + std::to_string(lines.bytes_) +
                                                    ", found " + std::to_string(offset));
    }
    lines.in_.seekg(static_cast<std::streamoff>(offset == 0 ? 0 : offset - 1));
    if (offset != 0 && lines.in_.get() != '\n') {
      return make_error(Code::kInvalidArgument, "offset: no case begins at byte " + std::to_string(offset));
    }
    return lines;
  }

  /// Nothing at the end, and of a torn last line.
  Result<std::optional<PlacedSample>> next() {
    if (!in_.is_open() || !in_.good()) return std::optional<PlacedSample>();
    text_.clear();
    bool whole = false;
    for (int c = in_.rdbuf()->sbumpc(); c != std::char_traits<char>::eof(); c = in_.rdbuf()->sbumpc()) {
      whole = c == '\n';
      if (whole) break;
      text_ += static_cast<char>(c);
      if (text_.size() > kLongestSample) return damaged("the line is longer than 16 MiB");
    }
    if (!whole) return std::optional<PlacedSample>();
    PlacedSample out;
    out.offset = at_;
    at_ += text_.size() + 1;
    auto sample = sample_from_line(text_);
    if (!sample.ok()) return damaged("expected a sample: " + sample.error().text(), out.offset);
    out.sample = *std::move(sample);
    return std::optional(std::move(out));
  }

  std::uint64_t at() const { return at_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  base::Error damaged(const std::string& what) const { return damaged(what, at_); }
  base::Error damaged(const std::string& what, std::uint64_t at) const {
    return make_error(Code::kDataLoss, what, file_.string() + ", byte " + std::to_string(at));
  }

  fs::path file_;
  std::ifstream in_;
  std::string text_;
  std::uint64_t at_ = 0;
  std::uint64_t bytes_ = 0;
};

bool is_shown(const Sample& sample, Shown shown) {
  switch (shown) {
    case Shown::kAll:
      return true;
    case Shown::kWrong:
      return sample.outcome == Outcome::kWrong;
    case Shown::kFailed:
      return sample.outcome == Outcome::kFailed;
  }
  return false;
}

std::vector<Latencies::Bar> bars_of(const bench::Histogram& histogram) {
  const double low = static_cast<double>(std::max<std::int64_t>(histogram.min(), 1'000)) / 1e6;
  const double high = std::max(static_cast<double>(histogram.max()) / 1e6, low * 1.01);
  const double step = std::pow(high / low, 1.0 / kBars);
  std::vector<Latencies::Bar> out;
  for (std::size_t i = 0; i < kBars; ++i) {
    const auto edge = [&](std::size_t n) { return low * std::pow(step, static_cast<double>(n)); };
    out.push_back({edge(i), edge(i + 1), 0});
  }
  for (const auto& [value, count] : histogram.buckets()) {
    const double ms = std::max(static_cast<double>(value) / 1e6, low);
    const double place = std::floor(std::log(ms / low) / std::log(step));
    out[static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(kBars - 1)))].count += count;
  }
  return out;
}

}  // namespace

Result<SamplePage> page_samples(const fs::path& folder, Shown shown, std::uint64_t offset, std::size_t limit) {
  GW_TRY(Lines lines, Lines::open(folder, offset));
  SamplePage page;
  page.bytes = lines.bytes();
  while (page.samples.size() < limit && lines.at() - offset < kReadForAPage) {
    GW_TRY(std::optional<PlacedSample> one, lines.next());
    if (!one) return page;
    if (is_shown(one->sample, shown)) page.samples.push_back(*std::move(one));
  }
  if (lines.at() < lines.bytes()) page.next = lines.at();
  return page;
}

Result<std::vector<PlacedSample>> worst_samples(const fs::path& folder, const std::string& metric,
                                                bool higher_is_better, std::size_t limit) {
  GW_TRY(Lines lines, Lines::open(folder, 0));
  struct Ranked {
    double worth = 0;
    PlacedSample one;
  };
  const auto better = [](const Ranked& a, const Ranked& b) {  // of two that are worth the same the later one
    return a.worth != b.worth ? a.worth > b.worth : a.one.offset > b.one.offset;
  };
  std::vector<Ranked> heap;  // its front is the best of the worst
  const auto worse = [&](const Ranked& a, const Ranked& b) { return better(b, a); };
  while (true) {
    GW_TRY(std::optional<PlacedSample> one, lines.next());
    if (!one) break;
    for (const auto& [name, value] : one->sample.values) {
      if (name != metric) continue;
      one->sample.answer = nullptr;
      heap.push_back({higher_is_better ? value : -value, *std::move(one)});
      std::ranges::push_heap(heap, worse);
      if (heap.size() > limit) {
        std::ranges::pop_heap(heap, worse);
        heap.pop_back();
      }
      break;
    }
  }
  std::ranges::sort(heap, worse);
  std::vector<PlacedSample> out;
  for (Ranked& ranked : heap) out.push_back(std::move(ranked.one));
  return out;
}

Result<PlacedSample> sample_at(const fs::path& folder, std::uint64_t offset) {
  GW_TRY(Lines lines, Lines::open(folder, offset));
  GW_TRY(std::optional<PlacedSample> one, lines.next());
  if (!one) return make_error(Code::kNotFound, "no case begins at byte " + std::to_string(offset));
  return *std::move(one);
}

Result<Latencies> latencies_of(const fs::path& folder) {
  GW_TRY(Lines lines, Lines::open(folder, 0));
  Latencies out;
  bench::Histogram histogram;
  std::vector<double> exact;
  while (true) {
    GW_TRY(std::optional<PlacedSample> one, lines.next());
    if (!one) break;
    if (one->sample.outcome == Outcome::kFailed) {
      ++out.failed;
      continue;
    }
    ++out.answered;
    const double ms = std::clamp(one->sample.ms, 0.0, 1e9);
    histogram.record(std::llround(ms * 1e6));
    if (exact.size() <= kExact) exact.push_back(ms);
  }
  if (out.answered == 0) return out;
  out.bars = bars_of(histogram);
  std::ranges::sort(exact);
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}}) {
    const double ms =
        exact.size() <= kExact ? quantile_of(exact, share) : static_cast<double>(histogram.value_at(share)) / 1e6;
    out.quantiles.push_back({name, ms});
  }
  return out;
}

}  // namespace groundwork::measure
