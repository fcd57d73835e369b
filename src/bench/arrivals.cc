#include "bench/arrivals.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"

namespace groundwork::bench {
namespace {

using base::Code;
using base::make_error;
using base::Result;

constexpr std::uint32_t kMostTokens = 10'000'000;

class Rate final : public Arrivals {
 public:
  Rate(double rate, Spacing spacing, std::uint64_t seed) : gap_(1e9 / rate), spacing_(spacing), random_(seed) {}
  std::optional<Arrival> next() override {
    if (spacing_ == Spacing::kConstant) return Arrival{std::llround(gap_ * static_cast<double>(index_++))};
    at_ += -std::log1p(-random_.unit()) * gap_;
    return Arrival{std::llround(at_)};
  }

 private:
  double gap_;
  Spacing spacing_;
  base::Random random_;
  double at_ = 0;
  std::uint64_t index_ = 0;
};

class Trace final : public Arrivals {
 public:
  explicit Trace(const std::vector<Arrival>& trace) : trace_(trace) {}
  std::optional<Arrival> next() override {
    if (index_ == trace_.size()) return std::nullopt;
    return trace_[index_++];
  }

 private:
  const std::vector<Arrival>& trace_;
  std::size_t index_ = 0;
};

/// Times are nanoseconds in 64 bits, which end in the year 2262.
constexpr base::Timestamp kLatest{std::chrono::milliseconds{4'102'444'800'000}};  // 2100
constexpr double kLongestTrace = 3.2e18;                                          // nanoseconds, about a century
constexpr double kLatestMilliseconds = 4'102'444'800'000.0;

std::optional<std::uint32_t> tokens_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > kMostTokens) return std::nullopt;
  return value;
}

/// "2023-11-16 18:17:03.9799600" to nanoseconds since 1970: base::parse_timestamp keeps milliseconds, so the fraction
/// is read here.
std::optional<std::int64_t> nanoseconds_of(std::string_view text) {
  const std::size_t dot = text.find('.');
  std::string whole(text.substr(0, dot));
  if (whole.size() > 10 && whole[10] == ' ') whole[10] = 'T';
  const auto seconds = base::parse_timestamp(whole + "Z");
  if (!seconds.ok() || *seconds < base::Timestamp{} || *seconds > kLatest) return std::nullopt;
  std::int64_t fraction = 0;
  if (dot != std::string_view::npos) {
    std::string digits(text.substr(dot + 1));
    if (digits.empty() || digits.size() > 9) return std::nullopt;
    digits.resize(9, '0');
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + 9, fraction);
    if (error != std::errc() || end != digits.data() + 9 || fraction < 0) return std::nullopt;
  }
  return std::chrono::duration_cast<std::chrono::nanoseconds>(seconds->time_since_epoch()).count() + fraction;
}

Result<Arrival> csv_line(std::string_view line, const std::string& where) {
  const std::size_t first = line.find(',');
  const std::size_t second = first == std::string_view::npos ? first : line.find(',', first + 1);
  if (second != std::string_view::npos) {
    const auto at = nanoseconds_of(line.substr(0, first));
    const auto prompt = tokens_of(line.substr(first + 1, second - first - 1));
    const auto output = tokens_of(line.substr(second + 1));
    if (at && prompt && output) return Arrival{*at, *prompt, *output};
  }
  return make_error(
      Code::kInvalidArgument,
      "expected 'YYYY-MM-DD hh:mm:ss.fraction,tokens,tokens', found '" + std::string(line.substr(0, 80)) + "'", where);
}

Result<Arrival> json_line(std::string_view line, const std::string& where) {
  GW_TRY(const base::json::value value, base::parse_json(line, std::size_t{1} << 20));
  if (!value.is_object()) return make_error(Code::kInvalidArgument, "expected a JSON object in each line", where);
  const auto& object = value.get_object();
  GW_TRY(const double at, base::get_number(object, "timestamp", where));
  GW_TRY(const std::int64_t prompt, base::get_int(object, "input_length", where));
  GW_TRY(const std::int64_t output, base::get_int(object, "output_length", where));
  if (!(at >= 0 && at <= kLatestMilliseconds) || prompt < 0 || prompt > kMostTokens || output < 0 ||
      output > kMostTokens) {
    return make_error(Code::kInvalidArgument, "timestamp or length out of range", where);
  }
  return Arrival{std::llround(at * 1e6), static_cast<std::uint32_t>(prompt), static_cast<std::uint32_t>(output)};
}

}  // namespace

std::unique_ptr<Arrivals> arrivals_at(double rate, Spacing spacing, std::uint64_t seed) {
  return std::make_unique<Rate>(rate, spacing, seed);
}

std::unique_ptr<Arrivals> arrivals_of(const std::vector<Arrival>& trace) { return std::make_unique<Trace>(trace); }

Result<std::vector<Arrival>> parse_trace(std::string_view text, const std::string& name, double speed) {
  if (!(speed > 0)) return make_error(Code::kInvalidArgument, "expected a positive speed");
  std::vector<Arrival> trace;
  bool csv = false;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.empty()) continue;
    const std::string where = name + ":" + std::to_string(number);
    if (number == 1 && !line.starts_with("{")) {
      if (line != "TIMESTAMP,ContextTokens,GeneratedTokens") {
        return make_error(Code::kInvalidArgument,
                          "expected the header TIMESTAMP,ContextTokens,GeneratedTokens or JSON lines, found '" +
                              std::string(line.substr(0, 80)) + "'",
                          where);
      }
      csv = true;
      continue;
    }
    GW_TRY(const Arrival arrival, csv ? csv_line(line, where) : json_line(line, where));
    trace.push_back(arrival);
  }
  if (trace.empty()) return make_error(Code::kInvalidArgument, "expected at least one request, found none", name);
  std::stable_sort(trace.begin(), trace.end(), [](const Arrival& a, const Arrival& b) { return a.at < b.at; });
  const std::int64_t start = trace.front().at;
  if (static_cast<double>(trace.back().at - start) / speed > kLongestTrace) {
    return make_error(Code::kInvalidArgument, "expected a trace of less than a hundred years at this speed", name);
  }
  for (Arrival& arrival : trace) arrival.at = std::llround(static_cast<double>(arrival.at - start) / speed);
  return trace;
}

Result<std::vector<Arrival>> read_trace(const std::filesystem::path& file, double speed) {
  GW_TRY(const std::string text, base::read_file(file));
  return parse_trace(text, file.string(), speed);
}

}  // namespace groundwork::bench
