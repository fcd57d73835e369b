#include "portfolio/operations.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "base/hash.h"
#include "base/utf8.h"
#include "http/url.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::json::array;
using base::json::object;
using base::json::value;
using std::chrono::milliseconds;

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

/// @source Wilson 1927, at 95 %
object share(std::size_t good, std::size_t all) {
  constexpr double kZ = 1.959963984540054;
  const auto n = static_cast<double>(all);
  const double p = static_cast<double>(good) / n;
  const double middle = p + kZ * kZ / (2 * n);
  const double reach = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  return {{"value", p},
          {"interval", object{{"low", std::max(0.0, (middle - reach) / (1 + kZ * kZ / n))},
                              {"high", std::min(1.0, (middle + reach) / (1 + kZ * kZ / n))}}},
          {"n", all},
          {"unit", "share"}};
}

object run_of(const std::string& kind, const std::string& target, base::Timestamp started, base::Timestamp finished) {
  std::string stamp = base::format_timestamp(started);
  stamp.erase(std::remove_if(stamp.begin(), stamp.end(), [](char c) { return c == '-' || c == ':'; }), stamp.end());
  const std::string id =
      stamp.substr(0, 15) + "Z-" + kind + "-" + base::sha256_hex(target + base::format_timestamp(started)).substr(0, 6);
  return {{"format", 1},
          {"id", id},
          {"kind", kind},
          {"state", "finished"},
          {"target", target},
          {"started", base::format_timestamp(started)},
          {"finished", base::format_timestamp(finished)}};
}

/// The rank-th value by nearest rank. @param values  not empty
double percentile(std::vector<double> values, double share_of) {
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(share_of * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

double milliseconds_between(base::Timestamp from, base::Timestamp to) {
  return static_cast<double>((to - from).count());
}

}  // namespace

Result<object> probe(const ProbeOptions& options, const Fetch& fetch, const base::Clock& clock, const Wait& wait,
                     const std::function<void(const Probe&, std::size_t, std::size_t)>& tick) {
  if (options.every < milliseconds{100}) return make_error(Code::kInvalidArgument, "--every: expected at least 100ms");
  const auto beats = static_cast<std::size_t>(options.duration / options.every);
  if (beats < 1 || beats > 100'000) {
    return make_error(Code::kInvalidArgument,
                      "--for: expected 1 to 100000 times --every, found " + std::to_string(beats));
  }
  const std::string url = without_slash(options.target) + options.path;
  const base::Timestamp start = clock.now();
  std::size_t good = 0;
  std::size_t done = 0;
  std::size_t late = 0;
  bool stopped = false;
  std::vector<double> times;
  array samples;
  for (; done < beats && !stopped;) {
    const base::Timestamp due = start + options.every * static_cast<std::int64_t>(done);
    const base::Timestamp before = clock.now();
    if (before < due) {
      stopped = !wait(due - before);
      if (stopped) break;
    }
    Probe one;
    one.at = clock.now();
    // A whole beat behind: the service was so slow to answer that this probe could not even be sent.
    if (one.at - due >= options.every) {
      one.error = "late: the probe before took longer than a beat";
      ++late;
    } else {
      const auto answer = fetch(url);
      one.ms = milliseconds_between(one.at, clock.now());
      if (answer.ok()) {
        one.status = answer->status;
        times.push_back(one.ms);
      } else {
        one.error = base::clip(answer.error().message, 200);
      }
    }
    const bool up = one.status >= 200 && one.status < 300;
    good += up ? 1 : 0;
    ++done;
    if (!up && samples.size() < 1000) {
      samples.push_back(object{{"at", base::format_timestamp(one.at)}, {"status", one.status}, {"error", one.error}});
    }
    if (tick) tick(one, done, beats);
  }
  if (done == 0) return make_error(Code::kCancelled, "stopped before the first probe");
  object out = run_of("probe", options.target, start, clock.now());
  if (stopped) out["state"] = "cancelled";
  object metrics{{"uptime", share(good, done)}};
  if (!times.empty()) {
    metrics["p95_ms"] = object{{"value", percentile(times, 0.95)}, {"n", times.size()}, {"unit", "ms"}};
  }
  out["metrics"] = std::move(metrics);
  out["path"] = options.path;
  out["every_ms"] = options.every.count();
  out["late"] = late;
  out["failures"] = std::move(samples);
  return out;
}

Result<object> pipeline_run(const value& history, const std::string& workflow, const std::string& branch,
                            base::Timestamp now) {
  const value* list = &history;
  if (history.is_object()) {
    list = history.get_object().if_contains("workflow_runs");
    if (list == nullptr) {
      return make_error(Code::kInvalidArgument, "expected an array of runs or an object with workflow_runs, found " +
                                                    std::string("an object without it"));
    }
  }
  if (!list->is_array()) {
    return make_error(Code::kInvalidArgument,
                      "expected an array of runs, found " + std::string(base::json_type_name(*list)));
  }
  std::map<std::string, std::size_t> left_out;
  std::size_t good = 0;
  std::size_t all = 0;
  std::string target;
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < list->get_array().size(); ++i) {
    const value& one = list->get_array()[i];
    if (!one.is_object()) {
      return make_error(Code::kInvalidArgument, "runs[" + std::to_string(i) + "]: expected an object, found " +
                                                    std::string(base::json_type_name(one)));
    }
    const object& run = one.get_object();
    const auto text = [&](std::string_view rest, std::string_view cli) {
      return base::string_or(run, rest, base::string_or(run, cli));
    };
    const std::string status = base::string_or(run, "status");
    const std::string conclusion = base::string_or(run, "conclusion");
    if (status.empty() && conclusion.empty()) {
      return make_error(Code::kInvalidArgument, "runs[" + std::to_string(i) + "]: expected status and conclusion");
    }
    const std::string name = text("name", "workflowName");
    const bool same_workflow = workflow.empty() || name == workflow || base::string_or(run, "workflowName") == workflow;
    if (!same_workflow) {
      ++left_out["of another workflow"];
      continue;
    }
    if (!branch.empty() && text("head_branch", "headBranch") != branch) {
      ++left_out["of another branch"];
      continue;
    }
    if (target.empty()) target = text("html_url", "url");
    if (status != "completed" && !status.empty()) {
      ++left_out["not completed"];
    } else if (conclusion == "success") {
      ++good;
      ++all;
    } else if (conclusion == "failure" || conclusion == "timed_out" || conclusion == "startup_failure") {
      ++all;
    } else {
      ++left_out[conclusion.empty() ? "without a conclusion" : base::clip(conclusion, 40)];
    }
  }
  if (all == 0) {
    std::string text = "no run of the history succeeded or failed";
    for (const auto& [why, count] : left_out) text += "; " + std::to_string(count) + " " + why;
    return make_error(Code::kInvalidArgument, text);
  }
  object out = run_of("pipeline", base::clip(target, 500), now, now);
  // The same history is the same run, however often it is imported.
  out["id"] =
      "pipeline-" + base::sha256_hex(base::canonical_json(history) + "\n" + workflow + "\n" + branch).substr(0, 16);
  out.erase("started");
  out.erase("finished");
  array sentences;
  for (const auto& [why, count] : left_out) sentences.emplace_back(std::to_string(count) + " " + why);
  out["left_out"] = std::move(sentences);
  out["metrics"] = object{{"deploy_success_rate", share(good, all)}};
  return out;
}

Result<object> drill(const DrillOptions& options, const Fetch& fetch, const base::Clock& clock, const Wait& wait,
                     const std::function<void(const std::string&)>& say) {
  constexpr int kInARow = 3;
  if (options.every < milliseconds{50}) return make_error(Code::kInvalidArgument, "--every: expected at least 50ms");
  const std::string base_url = without_slash(options.target);
  const auto look = [&]() -> std::pair<bool, std::string> {
    const auto version = fetch(base_url + "/version");
    std::string running = "no answer";
    if (version.ok()) {
      running = "status " + std::to_string(version->status);
      if (version->status == 200) {
        const auto parsed = base::parse_json(version->body, 65536);
        running = parsed.ok() && parsed->is_object() ? base::string_or(parsed->get_object(), "version")
                                                     : base::clip(version->body, 80);
        while (!running.empty() && (running.back() == '\n' || running.back() == '\r' || running.back() == ' ')) {
          running.pop_back();
        }
      }
    }
    const auto health = fetch(base_url + "/healthz");
    const bool healthy = health.ok() && health->status >= 200 && health->status < 300;
    return {healthy && running == options.expected_version,
            "version " + running + (healthy ? ", healthy" : ", not healthy")};
  };
  const base::Timestamp start = clock.now();
  array seen;
  std::string last;
  int in_a_row = 0;
  base::Timestamp first_good{};
  for (bool first = true;; first = false) {
    const base::Timestamp at = clock.now();
    const auto [good, text] = look();
    if (first && good) {
      return make_error(Code::kFailedPrecondition,
                        "version " + options.expected_version +
                            " runs already and is healthy: deploy the version to be rolled back first");
    }
    if (text != last) {
      seen.push_back(object{{"after_s", milliseconds_between(start, at) / 1000}, {"seen", text}});
      if (say) say(text);
      last = text;
    }
    if (good && in_a_row == 0) first_good = at;
    in_a_row = good ? in_a_row + 1 : 0;
    if (in_a_row == kInARow) break;
    if (at - start > options.limit) {
      return make_error(
          Code::kDeadlineExceeded,
          "not recovered within " + std::to_string(options.limit.count() / 1000) + " s; last seen: " + last);
    }
    if (!wait(options.every)) return make_error(Code::kCancelled, "stopped; last seen: " + last);
  }
  object out = run_of("drill", options.target, start, clock.now());
  out["expected_version"] = options.expected_version;
  out["seen"] = std::move(seen);
  out["metrics"] = object{{"rollback_recovery_s",
                           object{{"value", milliseconds_between(start, first_good) / 1000}, {"n", 1}, {"unit", "s"}}}};
  return out;
}

}  // namespace groundwork::portfolio
