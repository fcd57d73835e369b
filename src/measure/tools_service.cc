#include "measure/services.h"
#include "score/plain_text.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Result;

/// Contract 3: a task is given, and what was done about it comes back step by step.
class ToolsService final : public Service {
 public:
  explicit ToolsService(schema::Validator schema) : schema_(std::move(schema)) {}

  base::Status check_case(const Case& one, const std::string& where) const override {
    GW_TRY(const std::string task, base::get_string(one.data, "task", where));
    return {};
  }

  Call call(const Case& one) const override {
    return {"POST", "/runs", json::serialize(json::object{{"task", one.data.at("task")}}), {}};
  }

  Reading read(const Case& one, const http::ClientResponse& response) const override {
    static_cast<void>(one);
    JsonReading reading = read_json(response, &schema_);
    Reading out;
    out.breach = std::move(reading.breach);
    if (out.breach) return out;
    const json::value& result = reading.body.at("result");
    out.answer.text = score::plain_text(result);
    out.answer.body = reading.body;
    out.answer.row["run"] = std::move(reading.body);
    return out;
  }

 private:
  schema::Validator schema_;
};

}  // namespace

Result<std::unique_ptr<Service>> make_tools_service(const Suite& suite) {
  GW_TRY(const Contract contract, Contract::load(suite.contracts / "tools.openapi.yaml"));
  GW_TRY(schema::Validator schema, contract.answer("/runs", "post"));
  return std::unique_ptr<Service>(std::make_unique<ToolsService>(std::move(schema)));
}

}  // namespace groundwork::measure
