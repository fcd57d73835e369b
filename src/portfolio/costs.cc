#include "portfolio/costs.h"

#include <algorithm>
#include <cmath>

#include "base/file.h"
#include "base/suggest.h"
#include "schema/document.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::make_error;
using base::json::object;
using base::json::value;

constexpr double kMostPerMillion = 1e6;

}  // namespace

base::Result<curriculum::PriceTable> price_table(const std::filesystem::path& data_folder,
                                                 const curriculum::PriceTable& content) {
  const std::filesystem::path file = data_folder / "prices.yaml";
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return content;
  GW_TRY(const std::string bytes, base::read_file(file, std::size_t{1} << 20));
  GW_TRY(const schema::Document document, schema::parse_yaml(bytes, file.string()));
  const auto wrong = [&](const std::string& pointer, const std::string& message) {
    return make_error(Code::kInvalidArgument, document.problem_at(pointer, message).text());
  };
  if (!document.value.is_object()) return wrong("", "expected as_of, currency and models");
  const object& o = document.value.get_object();
  curriculum::PriceTable out;
  out.as_of = base::string_or(o, "as_of");
  if (!base::parse_date(out.as_of).ok()) return wrong("/as_of", "expected the day the prices were read, YYYY-MM-DD");
  out.currency = base::string_or(o, "currency", content.currency);
  if (out.currency != "USD")
    return wrong("/currency", "expected USD, in which the cost KPIs are, found '" + out.currency + "'");
  const value* models = o.if_contains("models");
  if (models == nullptr || !models->is_array()) return wrong("/models", "expected a list of models with their prices");
  for (std::size_t i = 0; i < models->get_array().size(); ++i) {
    const value& one = models->get_array()[i];
    const std::string pointer = "/models/" + std::to_string(i);
    if (!one.is_object()) return wrong(pointer, "expected model, input_per_million, output_per_million and source");
    const object& m = one.get_object();
    curriculum::Price price{base::string_or(m, "model"), base::number_or(m, "input_per_million", -1),
                            base::number_or(m, "output_per_million", -1), base::string_or(m, "source")};
    const auto good = [](double amount) { return amount >= 0 && amount <= kMostPerMillion; };
    if (price.model.empty()) return wrong(pointer, "model: expected a name");
    if (!good(price.input_per_million) || !good(price.output_per_million)) {
      return wrong(pointer, "expected input_per_million and output_per_million from 0 to 1000000");
    }
    if (price.source.empty()) return wrong(pointer, "source: expected where the price was read");
    out.models.push_back(std::move(price));
  }
  out.models.insert(out.models.end(), content.models.begin(), content.models.end());
  return out;
}

Costs costs_of(const RunSummary::Usage& usage, const curriculum::PriceTable& prices) {
  Costs out;
  const auto same = [&](const curriculum::Price& price) { return price.model == usage.model; };
  const auto price = std::find_if(prices.models.begin(), prices.models.end(), same);
  if (price == prices.models.end()) {
    std::vector<std::string> names;
    for (const curriculum::Price& one : prices.models) names.push_back(one.model);
    out.problem = "no price for the model '" + usage.model + "'" + base::did_you_mean(usage.model, names) +
                  ": put it into prices.yaml of the data folder, and the cost KPIs follow";
    return out;
  }
  if (usage.requests == 0) {
    out.problem = "the run counts tokens and no requests, so there is no cost of one";
    return out;
  }
  const double cost = (static_cast<double>(usage.input_tokens) * price->input_per_million +
                       static_cast<double>(usage.output_tokens) * price->output_per_million) /
                      1e6;
  out.per_1k_requests = cost / static_cast<double>(usage.requests) * 1000;
  if (usage.succeeded > 0) out.per_success = cost / static_cast<double>(usage.succeeded);
  out.note = "prices of " + price->model + " as of " + prices.as_of + " (" + price->source + ")";
  return out;
}

}  // namespace groundwork::portfolio
