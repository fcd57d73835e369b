// What KPIs are made from: the answers of a Prometheus, runs, price tables.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "base/file.h"
#include "portfolio/costs.h"
#include "portfolio/prometheus.h"
#include "portfolio/run_import.h"

using namespace groundwork;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void check_prometheus(std::string_view text) {
  const base::Timestamp now{std::chrono::milliseconds{1'800'000'000'000}};
  const auto samples = portfolio::prometheus_samples(text, now);
  if (!samples.ok()) return;
  for (const portfolio::PrometheusSample& one : *samples) check(std::isfinite(one.value));
}

void check_run(std::string_view text) {
  const auto parsed = base::parse_json(text);
  if (!parsed.ok()) return;
  const auto run = portfolio::as_run(*parsed);
  if (!run.ok()) return;
  const auto summary = portfolio::run_summary(*run);
  if (!summary.ok()) return;
  check(!summary->id.empty());
  if (!summary->usage) return;
  curriculum::PriceTable prices;
  prices.models.push_back({summary->usage->model, 1.5, 2.5, "https://example.org/prices"});
  const portfolio::Costs costs = portfolio::costs_of(*summary->usage, prices);
  check(!costs.per_1k_requests || (std::isfinite(*costs.per_1k_requests) && *costs.per_1k_requests >= 0));
  check(!costs.per_success || (std::isfinite(*costs.per_success) && *costs.per_success >= 0));
}

void check_prices(std::string_view text) {
  static const base::TemporaryFolder folder = base::TemporaryFolder::create("groundwork-fuzz-prices").value();
  std::ofstream(folder.path() / "prices.yaml", std::ios::binary) << text;
  const auto table = portfolio::price_table(folder.path(), {});
  if (!table.ok()) return;
  for (const curriculum::Price& one : table->models) {
    check(!one.model.empty() && !one.source.empty());
    check(std::isfinite(one.input_per_million) && one.input_per_million >= 0);
    check(std::isfinite(one.output_per_million) && one.output_per_million >= 0);
  }
}

}  // namespace

/// The first byte chooses what the rest is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 3) {
    case 0:
      check_prometheus(rest);
      break;
    case 1:
      check_run(rest);
      break;
    default:
      check_prices(rest);
  }
  return 0;
}
