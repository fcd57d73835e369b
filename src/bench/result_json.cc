#include "bench/result_json.h"

#include <algorithm>
#include <array>

#include "base/file.h"

namespace groundwork::bench {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

constexpr std::size_t kFileLimit = std::size_t{1} << 30;
constexpr std::array<const char*, 16> kColumns = {
    "intended", "started",       "sent",          "first_byte", "first_token", "first_content", "done",      "outcome",
    "status",   "prompt_tokens", "output_tokens", "chunks",     "bytes",       "usage",         "reasoning", "gaps"};

double milliseconds(double nanoseconds) { return nanoseconds / 1e6; }

json::object spread_json(const Spread& spread) {
  json::object object{{"count", spread.count}};
  if (spread.count == 0) return object;
  object["mean_ms"] = milliseconds(spread.mean);
  object["min_ms"] = milliseconds(static_cast<double>(spread.min));
  for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
    object[std::string(kQuantileNames[i]) + "_ms"] = milliseconds(static_cast<double>(spread.quantiles[i]));
  }
  object["max_ms"] = milliseconds(static_cast<double>(spread.max));
  return object;
}

json::object errors_json(const std::array<double, 5>& errors) {
  json::object object;
  for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
    object[std::string(kQuantileNames[i]) + "_ms"] = milliseconds(errors[i]);
  }
  return object;
}

json::object options_json(const BenchOptions& options) {
  json::object object{{"target", options.target},
                      {"profile", to_string(options.request.profile)},
                      {"loop", to_string(options.loop)},
                      {"seed", options.seed},
                      {"warm_up_s", static_cast<double>(options.warm_up.count()) / 1e9},
                      {"duration_s", static_cast<double>(options.duration.count()) / 1e9},
                      {"requests", options.requests},
                      {"timeout_s", static_cast<double>(options.timeout.count()) / 1e9},
                      {"threads", options.threads},
                      {"slo", options.slo.text()}};
  if (options.loop == Loop::kClosed) object["concurrency"] = options.concurrency;
  if (options.loop == Loop::kOpen) {
    object["rate"] = options.rate;
    object["spacing"] = options.spacing == Spacing::kPoisson ? "poisson" : "constant";
  }
  if (options.loop == Loop::kTrace) object["trace"] = options.trace_name;
  const Profile profile = options.request.profile;
  if (profile == Profile::kChat || profile == Profile::kEmbeddings) object["model"] = options.request.model;
  if (profile == Profile::kChat) {
    object["prompt_tokens"] = options.request.prompt_tokens;
    object["output_tokens"] = options.request.output_tokens;
  }
  if (profile == Profile::kChat || profile == Profile::kRag) object["stream"] = options.request.stream;
  return object;
}

json::object outcomes_json(const Recording& recording) {
  json::object outcomes;
  for (std::size_t i = 1; i < kOutcomes; ++i) {
    if (recording.outcomes[i] == 0) continue;
    outcomes[to_string(static_cast<Outcome>(i))] =
        json::object{{"count", recording.outcomes[i]}, {"first", recording.first_complaint[i]}};
  }
  return outcomes;
}

json::object client_json(const BenchResult& result) {
  const ClientVerdict& client = result.client;
  const Recording& recording = result.recording;
  return {{"bottleneck", client.bottleneck},
          {"verdict", client.text},
          {"busiest_thread_share", client.busiest_share},
          {"late_share", client.late_share},
          {"held_back_share", client.held_back_share},
          {"cpu_s", static_cast<double>(recording.cpu) / 1e9},
          {"connections_opened", recording.connections},
          {"begun_after_due", spread_json(spread_of(recording.queue_lag))},
          {"send_lag", spread_json(spread_of(recording.send_lag))},
          {"read_lag", spread_json(spread_of(recording.read_lag))}};
}

json::object server_json(const Recording& recording) {
  return {{"latency", spread_json(spread_of(recording.server_latency))},
          {"ttft", spread_json(spread_of(recording.server_ttft))},
          {"inter_token", spread_json(spread_of(recording.server_gap))},
          {"arrival_error", spread_json(spread_of(recording.arrival_error))}};
}

json::array sample_row(const Sample& one, const Recording& recording) {
  json::array gaps;
  for (std::uint32_t i = 0; i < one.gaps; ++i) gaps.push_back(recording.gaps[one.gaps_at + i]);
  return {one.intended,    one.started,       one.sent,          one.first_byte,
          one.first_token, one.first_content, one.done,          to_string(one.outcome),
          one.status,      one.prompt_tokens, one.output_tokens, one.chunks,
          one.bytes,       one.usage,         one.reasoning,     std::move(gaps)};
}

json::array histogram_json(const Histogram& histogram) {
  json::array all;
  for (const auto& [value, count] : histogram.buckets()) all.push_back(json::array{value, count});
  return all;
}

Result<Histogram> histogram_of(const json::object& object, std::string_view key, const std::string& where) {
  Histogram histogram;
  GW_TRY(const json::array* all, base::get_array(object, key, where));
  for (const json::value& pair : *all) {
    if (!pair.is_array() || pair.get_array().size() != 2 || !pair.get_array()[0].is_int64() ||
        !pair.get_array()[1].is_int64() || pair.get_array()[1].get_int64() < 0) {
      return make_error(Code::kInvalidArgument, "expected [value, count] in histograms." + std::string(key), where);
    }
    histogram.record(pair.get_array()[0].get_int64(), static_cast<std::uint64_t>(pair.get_array()[1].get_int64()));
  }
  return histogram;
}

Result<Outcome> outcome_named(std::string_view name, const std::string& where) {
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    if (to_string(static_cast<Outcome>(i)) == name) return static_cast<Outcome>(i);
  }
  return make_error(Code::kInvalidArgument, "unknown outcome '" + std::string(name) + "'", where);
}

base::Status read_samples(const json::object& samples, Recording& recording, const std::string& where) {
  GW_TRY(const json::array* columns, base::get_array(samples, "columns", where));
  GW_TRY(const json::array* rows, base::get_array(samples, "rows", where));
  GW_TRY(const std::int64_t stride, base::get_int(samples, "stride", where));
  recording.sample_stride = static_cast<std::uint64_t>(std::max<std::int64_t>(stride, 1));
  if (!std::ranges::equal(*columns, kColumns,
                          [](const json::value& a, const char* b) { return a.is_string() && a.get_string() == b; })) {
    return make_error(Code::kInvalidArgument, "expected the columns of schema 1 in samples", where);
  }
  for (const json::value& value : *rows) {
    const json::array* row = value.if_array();
    bool good = row != nullptr && row->size() == kColumns.size() && (*row)[7].is_string() && (*row)[13].is_bool() &&
                (*row)[14].is_bool() && (*row)[15].is_array();
    for (std::size_t i = 0; good && i < 13; ++i) good = i == 7 || (*row)[i].is_int64();
    if (!good) {
      return make_error(Code::kInvalidArgument,
                        "a row of samples that isn't as schema 1 says: " + std::to_string(recording.samples.size()),
                        where);
    }
    const auto number = [&](std::size_t i) { return (*row)[i].get_int64(); };
    Sample one;
    one.intended = number(0);
    one.started = number(1);
    one.sent = number(2);
    one.first_byte = number(3);
    one.first_token = number(4);
    one.first_content = number(5);
    one.done = number(6);
    GW_TRY(one.outcome, outcome_named((*row)[7].get_string(), where));
    one.status = static_cast<std::uint16_t>(number(8));
    one.prompt_tokens = static_cast<std::uint32_t>(number(9));
    one.output_tokens = static_cast<std::uint32_t>(number(10));
    one.chunks = static_cast<std::uint32_t>(number(11));
    one.bytes = static_cast<std::uint32_t>(number(12));
    one.usage = (*row)[13].get_bool();
    one.reasoning = (*row)[14].get_bool();
    one.gaps_at = recording.gaps.size();
    for (const json::value& gap : (*row)[15].get_array()) {
      if (!gap.is_int64()) return make_error(Code::kInvalidArgument, "expected integers in gaps", where);
      recording.gaps.push_back(gap.get_int64());
    }
    one.gaps = static_cast<std::uint32_t>((*row)[15].get_array().size());
    recording.samples.push_back(one);
  }
  return {};
}

base::Status read_options(const json::object& object, BenchOptions& options, const std::string& where) {
  GW_TRY(options.target, base::get_string(object, "target", where));
  GW_TRY(const std::string profile, base::get_string(object, "profile", where));
  GW_TRY(const std::string loop, base::get_string(object, "loop", where));
  bool known = false;
  for (const Profile one : {Profile::kHttp, Profile::kSearch, Profile::kRag, Profile::kChat, Profile::kEmbeddings}) {
    if (to_string(one) == profile) options.request.profile = one, known = true;
  }
  if (!known) return make_error(Code::kInvalidArgument, "unknown profile '" + profile + "'", where);
  known = false;
  for (const Loop one : {Loop::kClosed, Loop::kOpen, Loop::kTrace}) {
    if (to_string(one) == loop) options.loop = one, known = true;
  }
  if (!known) return make_error(Code::kInvalidArgument, "unknown loop '" + loop + "'", where);
  options.seed = static_cast<std::uint64_t>(base::int_or(object, "seed", 1));
  options.concurrency = static_cast<std::size_t>(base::int_or(object, "concurrency", 1));
  options.rate = base::number_or(object, "rate", 0);
  options.spacing = base::string_or(object, "spacing") == "constant" ? Spacing::kConstant : Spacing::kPoisson;
  options.trace_name = base::string_or(object, "trace");
  const auto seconds = [&](const char* key) {
    const double value = std::clamp(base::number_or(object, key, 0), 0.0, 1e6);
    return std::chrono::nanoseconds(static_cast<std::int64_t>(value * 1e9));
  };
  options.warm_up = seconds("warm_up_s");
  options.duration = seconds("duration_s");
  options.timeout = seconds("timeout_s");
  options.requests = static_cast<std::uint64_t>(std::max<std::int64_t>(base::int_or(object, "requests", 0), 0));
  options.threads = static_cast<std::size_t>(std::max<std::int64_t>(base::int_or(object, "threads", 1), 1));
  options.request.model = base::string_or(object, "model", "default");
  options.request.stream = base::bool_or(object, "stream", true);
  GW_TRY(options.slo, parse_slo(base::string_or(object, "slo")));
  return {};
}

}  // namespace

json::object summary_json(const BenchResult& result, const std::string& program) {
  const Figures& figures = result.figures;
  json::object object{{"kind", "groundwork.bench"},
                      {"schema", kResultSchema},
                      {"program", program},
                      {"started", base::format_timestamp(result.started)},
                      {"cancelled", result.cancelled},
                      {"options", options_json(result.options)}};
  object["environment"] = json::object{{"cpu", result.environment.cpu},
                                       {"cores", result.environment.cores},
                                       {"kernel", result.environment.kernel},
                                       {"load_before", result.environment.load_before}};
  json::object shown{{"requests", figures.requests},
                     {"ok", figures.ok},
                     {"error_rate", figures.error_rate},
                     {"errors", outcomes_json(result.recording)},
                     {"abandoned", result.recording.abandoned},
                     {"warm_up_requests", result.recording.warm_up},
                     {"seconds", figures.seconds},
                     {"requests_per_second", figures.requests_per_second},
                     {"latency", spread_json(figures.latency)}};
  if (figures.latency_corrected) shown["latency_corrected"] = spread_json(*figures.latency_corrected);
  if (figures.ttft.count > 0) {
    shown["ttft"] = spread_json(figures.ttft);
    shown["ttft_content"] = spread_json(figures.ttft_content);
    shown["inter_token"] = spread_json(figures.inter_token);
    shown["reasoning_first"] = figures.reasoning_first;
  }
  if (!figures.tokens_from.empty()) {
    shown["tokens_per_second"] = figures.tokens_per_second;
    shown["tokens_per_request"] = figures.tokens_per_request;
    shown["tokens_from"] = figures.tokens_from;
  }
  if (figures.goodput) shown["goodput"] = *figures.goodput;
  if (!figures.slo.empty()) {
    json::array terms;
    for (const SloVerdict& one : figures.slo) {
      const bool share = one.term.metric == SloMetric::kErrors;
      terms.push_back(json::object{{"term", one.term.text},
                                   {share ? "value" : "value_ms", share ? one.value : milliseconds(one.value)},
                                   {"met", one.met}});
    }
    shown["slo"] = json::object{{"met", figures.slo_met()}, {"terms", std::move(terms)}};
  }
  object["figures"] = std::move(shown);
  object["client"] = client_json(result);
  if (result.calibration) {
    object["client_error"] = to_json(*result.calibration);
  }
  if (result.options.server_stamps) object["server_says"] = server_json(result.recording);
  if (result.target_use) {
    object["target_process"] = json::object{{"cpu_s", result.target_use->cpu_seconds},
                                            {"peak_rss_bytes", result.target_use->peak_resident_bytes}};
  }
  return object;
}

json::object to_json(const BenchResult& result, const std::string& program) {
  json::object object = summary_json(result, program);
  const Recording& recording = result.recording;
  object["totals"] =
      json::object{{"measured_ns", recording.measured},          {"output_tokens", recording.output_tokens},
                   {"prompt_tokens", recording.prompt_tokens},   {"tokens_from_usage", recording.tokens_from_usage},
                   {"busiest_thread_ns", recording.busiest_cpu}, {"bytes", recording.bytes}};
  object["histograms"] = json::object{{"latency", histogram_json(recording.latency)},
                                      {"ttft", histogram_json(recording.ttft)},
                                      {"ttft_content", histogram_json(recording.ttft_content)},
                                      {"inter_token", histogram_json(recording.gap)},
                                      {"begun_after_due", histogram_json(recording.queue_lag)}};
  json::array columns(kColumns.begin(), kColumns.end());
  json::array rows;
  rows.reserve(recording.samples.size());
  for (const Sample& one : recording.samples) rows.push_back(sample_row(one, recording));
  object["samples"] =
      json::object{{"stride", recording.sample_stride}, {"columns", std::move(columns)}, {"rows", std::move(rows)}};
  return object;
}

Result<BenchResult> result_of(const json::value& value, const std::string& where) {
  if (!value.is_object() || base::string_or(value.get_object(), "kind") != "groundwork.bench") {
    return make_error(Code::kInvalidArgument, "expected a result of groundwork bench (\"kind\": \"groundwork.bench\")",
                      where);
  }
  const json::object& object = value.get_object();
  if (const auto schema = base::int_or(object, "schema", 0); schema != kResultSchema) {
    return make_error(Code::kInvalidArgument, "expected schema 1, found " + std::to_string(schema), where);
  }
  BenchResult result;
  GW_TRY(const json::object* options, base::get_object(object, "options", where));
  GW_CHECK_OK(read_options(*options, result.options, where));
  GW_TRY(const std::string started, base::get_string(object, "started", where));
  GW_TRY(result.started, base::parse_timestamp(started));
  result.cancelled = base::bool_or(object, "cancelled", false);
  Recording& recording = result.recording;
  GW_TRY(const json::object* environment, base::get_object(object, "environment", where));
  result.environment.cpu = base::string_or(*environment, "cpu");
  result.environment.kernel = base::string_or(*environment, "kernel");
  result.environment.cores = static_cast<unsigned>(base::int_or(*environment, "cores", 0));
  GW_TRY(const json::object* samples, base::get_object(object, "samples", where));
  GW_CHECK_OK(read_samples(*samples, recording, where));
  GW_TRY(const json::object* totals, base::get_object(object, "totals", where));
  const auto total = [&](const char* key) { return std::max<std::int64_t>(base::int_or(*totals, key, 0), 0); };
  recording.measured = total("measured_ns");
  recording.output_tokens = static_cast<std::uint64_t>(total("output_tokens"));
  recording.prompt_tokens = static_cast<std::uint64_t>(total("prompt_tokens"));
  recording.tokens_from_usage = static_cast<std::uint64_t>(total("tokens_from_usage"));
  recording.busiest_cpu = total("busiest_thread_ns");
  recording.bytes = static_cast<std::uint64_t>(total("bytes"));
  GW_TRY(const json::object* histograms, base::get_object(object, "histograms", where));
  GW_TRY(recording.latency, histogram_of(*histograms, "latency", where));
  GW_TRY(recording.ttft, histogram_of(*histograms, "ttft", where));
  GW_TRY(recording.ttft_content, histogram_of(*histograms, "ttft_content", where));
  GW_TRY(recording.gap, histogram_of(*histograms, "inter_token", where));
  GW_TRY(recording.queue_lag, histogram_of(*histograms, "begun_after_due", where));
  GW_TRY(const json::object* figures, base::get_object(object, "figures", where));
  recording.outcomes[0] = recording.latency.count();
  if (const auto* errors = figures->if_contains("errors"); errors != nullptr && errors->is_object()) {
    for (const auto& [name, one] : errors->get_object()) {
      GW_TRY(const Outcome outcome, outcome_named(name, where));
      if (!one.is_object()) return make_error(Code::kInvalidArgument, "expected an object for each error", where);
      const auto i = static_cast<std::size_t>(outcome);
      recording.outcomes[i] =
          static_cast<std::uint64_t>(std::max<std::int64_t>(base::int_or(one.get_object(), "count", 0), 0));
      recording.first_complaint[i] = base::string_or(one.get_object(), "first");
    }
  }
  recording.reasoning_first =
      static_cast<std::uint64_t>(std::max<std::int64_t>(base::int_or(*figures, "reasoning_first", 0), 0));
  recording.abandoned = static_cast<std::uint64_t>(std::max<std::int64_t>(base::int_or(*figures, "abandoned", 0), 0));
  if (recording.sample_stride == 1 && std::ranges::count(recording.samples, Outcome::kOk, &Sample::outcome) !=
                                          static_cast<std::int64_t>(recording.outcomes[0])) {
    return make_error(Code::kDataLoss, "expected as many successes among the samples as in the histogram", where);
  }
  const bool open_loop = result.options.loop != Loop::kClosed;
  result.figures = figures_of(recording, open_loop, result.options.slo);
  result.client = judge_client(recording, open_loop);
  return result;
}

Result<BenchResult> read_result(const std::filesystem::path& file) {
  GW_TRY(const std::string text, base::read_file(file, kFileLimit));
  const auto value = base::parse_json(text, kFileLimit);
  if (!value.ok()) return base::wrap(value.error(), file.string());
  return result_of(*value, file.string());
}

base::Status write_result(const std::filesystem::path& file, const BenchResult& result, const std::string& program) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    return make_error(Code::kAlreadyExists, "results are never overwritten: give another name", file.string());
  }
  return base::write_file_atomically(file, json::serialize(to_json(result, program)) + "\n");
}

json::object to_json(const Calibration& calibration) {
  return {{"latency", errors_json(calibration.latency)},
          {"ttft", errors_json(calibration.ttft)},
          {"inter_token", errors_json(calibration.inter_token)},
          {"rate_share", calibration.rate}};
}

json::object to_json(const Saturation& saturation) {
  json::array probes;
  for (const Probe& probe : saturation.probes) {
    json::array terms;
    for (const Exceedance& one : probe.terms) {
      terms.push_back(json::object{{"over", one.over}, {"of", one.of}, {"allowed", one.allowed}});
    }
    probes.push_back(json::object{{"rate", probe.rate},
                                  {"meets", probe.meets == Meets::kYes  ? "yes"
                                            : probe.meets == Meets::kNo ? "no"
                                                                        : "cannot tell"},
                                  {"runs", probe.runs},
                                  {"client_limit", probe.client_limit},
                                  {"terms", std::move(terms)}});
  }
  const auto rate = [](const std::optional<double>& one) { return one ? json::value(*one) : json::value(nullptr); };
  return {{"sentence", saturation.text},       {"meets", rate(saturation.meets)},
          {"fails", rate(saturation.fails)},   {"client_limit", saturation.client_limit},
          {"cancelled", saturation.cancelled}, {"probes", std::move(probes)}};
}

json::object to_aiperf(const BenchResult& result) {
  const Figures& figures = result.figures;
  const auto spread = [](const Spread& one) {
    json::object object{{"unit", "ms"},
                        {"avg", milliseconds(one.mean)},
                        {"min", milliseconds(static_cast<double>(one.min))},
                        {"max", milliseconds(static_cast<double>(one.max))}};
    static constexpr std::array<const char*, 4> kNames = {"p50", "p90", "p95", "p99"};
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      object[kNames[i]] = milliseconds(static_cast<double>(one.quantiles[i]));
    }
    return object;
  };
  json::object all;
  all["request_throughput"] = json::object{{"unit", "requests/sec"}, {"avg", figures.requests_per_second}};
  all["request_latency"] = spread(figures.latency);
  all["request_count"] = json::object{{"unit", "requests"}, {"avg", figures.ok}};
  all["error_request_count"] = json::object{{"unit", "requests"}, {"avg", figures.requests - figures.ok}};
  if (figures.ttft.count > 0) {
    all["time_to_first_token"] = spread(figures.ttft);
    all["time_to_first_output_token"] = spread(figures.ttft_content);
    all["inter_chunk_latency"] = spread(figures.inter_token);
  }
  if (!figures.tokens_from.empty()) {
    all["output_token_throughput"] = json::object{{"unit", "tokens/sec"}, {"avg", figures.tokens_per_second}};
  }
  if (figures.goodput) all["goodput"] = json::object{{"unit", "requests/sec"}, {"avg", *figures.goodput}};
  all["benchmark_duration"] = json::object{{"unit", "sec"}, {"avg", figures.seconds}};
  all["was_cancelled"] = result.cancelled;
  return all;
}

}  // namespace groundwork::bench
