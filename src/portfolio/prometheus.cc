#include "portfolio/prometheus.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/hash.h"
#include "base/utf8.h"
#include "http/reach.h"
#include "http/url.h"
#include "portfolio/format.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::json::array;
using base::json::object;
using base::json::value;

constexpr std::int64_t kWeekSeconds = 7 * 86400;

base::Error wrong(std::string message) {
  return make_error(Code::kInvalidArgument, "Prometheus: " + std::move(message));
}

Result<PrometheusSample> sample_from(const value& pair, base::Timestamp now) {
  if (!pair.is_array() || pair.get_array().size() != 2) return wrong("expected [time, \"value\"] for a sample");
  const value& at = pair.get_array()[0];
  const value& text = pair.get_array()[1];
  if (!at.is_number() || !text.is_string()) return wrong("expected a number and a text for a sample");
  const double seconds = at.to_number<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 4e9) return wrong("expected a time in seconds since 1970");
  PrometheusSample out;
  out.at = base::Timestamp(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000)));
  if (out.at > now + std::chrono::minutes{5})
    return wrong("a sample is of " + base::format_timestamp(out.at) + ", which is yet to come");
  const std::string_view number(text.get_string());
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), out.value);
  if (error != std::errc{} || end != number.data() + number.size() || !std::isfinite(out.value)) {
    return wrong("expected a finite number, found '" + base::clip(number, 40) +
                 "' (a ratio over no requests is NaN: ask for a range that has some)");
  }
  return out;
}

std::string encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

}  // namespace

base::Status check_target(const std::string& url, bool remote_allowed) {
  GW_TRY(const http::Url parsed, http::parse_url(url));
  const std::string& host = parsed.host;
  const auto refuse = [&](const std::string& why) {
    return make_error(Code::kPermissionDenied, "'" + base::clip(host, 80) + "' " + why);
  };
  const std::optional<http::Reach> reach = http::reach_of_address(host);
  if (reach == http::Reach::kForbidden || http::is_metadata_name(host)) {
    return refuse("is a link-local or metadata address, which is never asked");
  }
  const bool near = reach ? *reach != http::Reach::kPublic : host == "localhost" || host.ends_with(".localhost");
  if (!near && !remote_allowed) {
    return refuse("is neither this machine nor in a private range; --remote says that it is meant");
  }
  return {};
}

Result<std::vector<PrometheusSample>> prometheus_samples(std::string_view body, base::Timestamp now) {
  auto parsed = base::parse_json(body, std::size_t{4} << 20);
  if (!parsed.ok()) return wrong("expected JSON, found '" + base::clip(body.substr(0, 60), 60) + "'");
  if (!parsed->is_object()) return wrong("expected an object, found " + std::string(base::json_type_name(*parsed)));
  const object& answer = parsed->get_object();
  const std::string status = base::string_or(answer, "status");
  if (status == "error") {
    return wrong("the query was refused: " + base::clip(base::string_or(answer, "error", "no reason given"), 300));
  }
  if (status != "success") return wrong("expected the status success, found '" + base::clip(status, 40) + "'");
  const value* data = answer.if_contains("data");
  if (data == nullptr || !data->is_object()) return wrong("expected data, found none");
  const std::string type = base::string_or(data->get_object(), "resultType");
  const value* result = data->get_object().if_contains("result");
  if (result == nullptr) return wrong("expected data.result, found none");
  std::vector<PrometheusSample> out;
  if (type == "scalar") {
    GW_TRY(const PrometheusSample sample, sample_from(*result, now));
    out.push_back(sample);
    return out;
  }
  if (type != "vector" && type != "matrix") {
    return wrong("expected a result of type scalar, vector or matrix, found '" + base::clip(type, 40) + "'");
  }
  if (!result->is_array()) return wrong("expected a list of series");
  const array& series = result->get_array();
  if (series.empty())
    return wrong("the query matches no series: nothing exports what it asks for, or not in that time");
  if (series.size() > 1) {
    return wrong("the query gives " + std::to_string(series.size()) +
                 " series, and a KPI is one number: aggregate them with sum, avg or max");
  }
  if (!series[0].is_object()) return wrong("expected a series as an object");
  const object& one = series[0].get_object();
  const value* values = one.if_contains(type == "vector" ? "value" : "values");
  if (values == nullptr) {
    return wrong(one.contains("histogram") || one.contains("histograms")
                     ? std::string("expected a number, found a native histogram: apply histogram_quantile")
                     : std::string("expected the values of the series, found none"));
  }
  if (type == "vector") {
    GW_TRY(const PrometheusSample sample, sample_from(*values, now));
    out.push_back(sample);
    return out;
  }
  if (!values->is_array() || values->get_array().empty()) return wrong("expected values, found an empty list");
  if (values->get_array().size() > 1000) return wrong("expected at most 1000 values, found more");
  for (const value& pair : values->get_array()) {
    GW_TRY(const PrometheusSample sample, sample_from(pair, now));
    out.push_back(sample);
  }
  return out;
}

std::string usual_query(const std::string& figure) {
  const auto quantile = [](const std::string& q) {
    return "1000 * histogram_quantile(" + q + ", sum by (le) (rate(http_request_duration_seconds_bucket[1w])))";
  };
  if (figure == "p95-latency") return quantile("0.95");
  if (figure == "p50-latency") return quantile("0.5");
  if (figure == "error-rate") {
    return R"(sum(rate(http_requests_total{code=~"5.."}[1w])) / sum(rate(http_requests_total[1w])))";
  }
  if (figure == "throughput") return "sum(rate(http_requests_total[1w]))";
  return {};
}

Result<PrometheusImported> import_prometheus(assess::Study& study, const std::string& learner, const Fetch& fetch,
                                             const PrometheusImport& options) {
  GW_CHECK_OK(check_target(options.url, options.remote_allowed));
  GW_TRY(const auto standing, study.standing(learner));
  GW_TRY(const curriculum::Kpi* kpi, kpi_of(*standing->content, options.figure));
  const std::string figure = options.figure == kpi->id ? kpi->figures.front().id : options.figure;
  if (!options.project.empty()) {
    GW_TRY([[maybe_unused]] const curriculum::ProjectGuide* guide, guide_of(*standing->content, options.project));
  }
  const std::string query = options.query.empty() ? usual_query(figure) : options.query;
  if (query.empty()) {
    return make_error(Code::kInvalidArgument, "no usual query is known for " + figure + ": give one with --query");
  }
  std::string url = options.url;
  while (url.ends_with('/')) url.pop_back();
  const base::Timestamp now = study.now();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  if (options.weeks <= 1) {
    url += "/api/v1/query?query=" + encoded(query) + "&time=" + std::to_string(seconds);
  } else {
    url += "/api/v1/query_range?query=" + encoded(query) +
           "&start=" + std::to_string(seconds - (options.weeks - 1) * kWeekSeconds) +
           "&end=" + std::to_string(seconds) + "&step=" + std::to_string(kWeekSeconds);
  }
  GW_TRY(const http::ClientResponse response, fetch(url));
  if (response.status >= 300 && response.status < 400) {
    return make_error(Code::kFailedPrecondition, "Prometheus: expected an answer, found a redirect (" +
                                                     std::to_string(response.status) + "), which is not followed");
  }
  if (response.status != 200 && response.status != 400 && response.status != 422) {
    return make_error(Code::kFailedPrecondition,
                      "Prometheus: expected status 200, found " + std::to_string(response.status));
  }
  PrometheusImported out;
  GW_TRY(out.samples, prometheus_samples(response.body, now));
  std::vector<ledger::NewFact> facts;
  for (const PrometheusSample& sample : out.samples) {
    object data{{"kpi", figure},
                {"value", sample.value},
                {"unit", kpi->unit},
                {"source", "prometheus"},
                {"on", base::format_date(std::chrono::floor<std::chrono::days>(sample.at))},
                // What runs measure and what production sees are not compared with each other.
                {"dataset", "prometheus " + base::sha256_hex(query).substr(0, 12)},
                {"note", base::clip(query, 1000)}};
    if (!options.project.empty()) data["project"] = options.project;
    const std::string id = "kpi.recorded:prometheus:" + base::sha256_hex(base::canonical_json(data)).substr(0, 24);
    facts.push_back(study.fact(learner, id, "kpi.recorded", std::move(data)));
  }
  GW_TRY(out.facts, study.record(std::move(facts)));
  return out;
}

}  // namespace groundwork::portfolio
