#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "http/client.h"
#include "portfolio/dashboard.h"

namespace groundwork::portfolio {

/// A GET of that URL, bounded in size and time; redirects are answers and never followed.
using Fetch = std::function<base::Result<http::ClientResponse>(const std::string& url)>;

/// Whether a URL may be asked: http or https, not to a link-local address (where clouds keep credentials), and beyond
/// loopback and private ranges only when the person said so. Names are judged as written, not as they resolve.
/// @errors kInvalidArgument: no URL; kPermissionDenied: says why, and which option allows it if one does
base::Status check_target(const std::string& url, bool remote_allowed);

struct PrometheusSample {
  base::Timestamp at{};
  double value = 0;
};

/// The one series of an answer of /api/v1/query or /api/v1/query_range.
/// @source https://prometheus.io/docs/prometheus/latest/querying/api/ (format of 2.x and 3.x)
/// @errors kInvalidArgument: says what was expected and found: not JSON of the API, an error that Prometheus reports,
///         no series, several series (the query has to aggregate), a value that is no finite number, a time to come
base::Result<std::vector<PrometheusSample>> prometheus_samples(std::string_view body, base::Timestamp now);

/// The query that stands for a figure where the usual metrics of an HTTP service are exported; empty: none is known.
std::string usual_query(const std::string& figure);

struct PrometheusImport {
  std::string url;    ///< base, as http://127.0.0.1:9090
  std::string query;  ///< PromQL
  std::string figure;
  std::string project;  ///< empty: none
  int weeks = 1;        ///< values of that many weeks back, one each
  bool remote_allowed = false;
};
struct PrometheusImported {
  std::vector<PrometheusSample> samples;
  std::vector<std::int64_t> facts;
};
/// Asks and records one value a week. @errors those of check_target and prometheus_samples, of the fetch, kNotFound: no
/// such KPI; kFailedPrecondition: an answer that isn't 200
base::Result<PrometheusImported> import_prometheus(assess::Study& study, const std::string& learner, const Fetch& fetch,
                                                   const PrometheusImport& options);

}  // namespace groundwork::portfolio
