#include "measure/conformance.h"

#include <algorithm>

#include "base/suggest.h"
#include "measure/conformance_rules.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;
using detail::Prober;
using detail::Rule;

constexpr std::size_t kSilent = 3;  // calls without an answer, and no more are made

struct Checked {
  std::string_view contract;
  std::string_view file;  // of its OpenAPI document; empty: none
  std::string_view path;  // whose answers it describes
  bool documents;         // has /documents, and is below /reference too
  const std::vector<Rule>& (*rules)();
};
constexpr Checked kChecked[] = {{"search", "search.openapi.yaml", "/search", true, detail::search_rules},
                                {"rag", "rag.openapi.yaml", "/ask", true, detail::rag_rules},
                                {"tools", "tools.openapi.yaml", "/runs", false, detail::tools_rules},
                                {"chat", "", "", false, detail::chat_rules}};

/// A target at which there is nothing may have the contract where the reference has it.
void find_base(Prober& prober, const Checked& checked) {
  if (!checked.documents) return;
  const auto here = prober.post("/documents", "{}");
  if (!here.ok() || here->status != 404) return;
  prober.use_base("/reference/" + std::string(checked.contract));
  const auto below = prober.post("/documents", "{}");
  if (!below.ok() || below->status == 404) prober.use_base("");
}

}  // namespace

namespace detail {

std::string start_of(const std::string& text) { return text.size() > 160 ? text.substr(0, 160) + "..." : text; }

std::string first_wrong(const std::vector<std::string>& all) {
  for (const std::string& one : all) {
    if (!one.empty()) return one;
  }
  return "";
}

Result<http::ClientResponse> Prober::call(const std::string& method, const std::string& path,
                                          const std::string& body) const {
  http::ClientRequest request;
  request.method = method;
  request.url = options_.target + base_ + path;
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  request.body = body;
  request.deadlines.first_byte = options_.call_deadline;
  request.deadlines.whole = options_.call_deadline;
  request.stop = options_.stop;
  auto response = client_->fetch_blocking(request);
  silent_ = response.ok() ? 0 : silent_ + 1;
  return response;
}

Result<http::ClientResponse> Prober::get(const std::string& path) const {
  if (const auto found = got_.find(path); found != got_.end()) return found->second;
  auto response = call("GET", path, "");
  if (response.ok()) got_.emplace(path, *response);
  return response;
}

json::value Prober::asked(const std::string& path, const std::string& body, std::string& wrong) const {
  const auto response = post(path, body);
  if (!response.ok()) {
    wrong = response.error().message;
    return {};
  }
  JsonReading reading = read_json(*response, schema_ ? &*schema_ : nullptr);
  if (reading.breach) wrong = "POST " + path + " " + start_of(body) + ": " + reading.breach->message;
  return std::move(reading.body);
}

std::string Prober::refused(const std::string& path, const std::string& body) const {
  const auto response = post(path, body);
  if (!response.ok()) return response.error().message;
  if (response->status == 400) return "";
  return "POST " + path + " " + start_of(body) + ": expected status 400, found " + std::to_string(response->status);
}

std::string Prober::taken(const std::string& documents, std::int64_t count) const {
  const auto response = post("/documents", documents);
  if (!response.ok()) return response.error().message;
  const JsonReading reading = read_json(*response, nullptr);
  if (reading.breach) return "POST /documents: " + reading.breach->message;
  if (!reading.body.is_object()) return "POST /documents: expected an object";
  const std::int64_t indexed = base::int_or(reading.body.get_object(), "indexed", -1);
  if (indexed == count) return "";
  return "POST /documents: expected 'indexed' to be " + std::to_string(count) + ", found " +
         (indexed < 0 ? "none" : std::to_string(indexed));
}

std::vector<http::SseEvent> events_of(std::string_view body) {
  std::vector<http::SseEvent> out;
  http::SseParser parser(body.size());
  static_cast<void>(parser.feed(body, [&](const http::SseEvent& event) -> base::Status {
    out.push_back(event);
    return {};
  }));
  return out;
}

}  // namespace detail

std::vector<std::string> checked_contracts() {
  std::vector<std::string> out;
  for (const Checked& one : kChecked) out.emplace_back(one.contract);
  return out;
}

Result<std::vector<ConformanceCheck>> check_contract(std::string_view contract, const ConformanceOptions& options) {
  const auto* const checked = std::ranges::find(kChecked, contract, &Checked::contract);
  if (checked == std::end(kChecked)) {
    return make_error(Code::kInvalidArgument, "expected a contract, found '" + std::string(contract) + "'" +
                                                  base::did_you_mean(contract, checked_contracts()));
  }
  std::optional<schema::Validator> schema;
  if (!checked->file.empty()) {
    GW_TRY(const Contract described, Contract::load(options.contracts / checked->file));
    GW_TRY(schema, described.answer(std::string(checked->path), "post"));
  }
  GW_TRY(auto client, http::Client::create());
  Prober prober(options, std::move(schema), std::move(client));
  find_base(prober, *checked);
  std::vector<ConformanceCheck> out;
  for (const Rule& rule : checked->rules()) {
    if (options.stop.stop_requested()) return make_error(Code::kCancelled, "cancelled");
    const std::string broken = prober.silent() < kSilent ? rule.broken(prober)
                                                         : "not tried: the service gave no answer to the " +
                                                               std::to_string(prober.silent()) + " calls before";
    out.push_back({rule.name, rule.rule, rule.why, broken.empty(), broken});
  }
  return out;
}

json::object to_json(const ConformanceCheck& check) {
  return {{"name", check.name}, {"rule", check.rule}, {"why", check.why}, {"kept", check.kept}, {"found", check.found}};
}

}  // namespace groundwork::measure
