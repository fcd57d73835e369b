#include <cstdlib>

#include "http/url.h"
#include "measure/fill.h"
#include "measure/services.h"
#include "score/plain_text.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

/// Names that a template asks of every case.
void collect_names(const json::value& from, std::vector<std::string>& out) {
  if (from.is_string()) {
    const std::string_view text = from.get_string();
    for (std::size_t open = text.find("{{"); open != std::string_view::npos; open = text.find("{{", open + 2)) {
      const std::size_t close = text.find("}}", open);
      if (close == std::string_view::npos) return;
      std::string name(text.substr(open + 2, close - open - 2));
      std::erase(name, ' ');
      out.push_back(std::move(name));
    }
  } else if (from.is_array()) {
    for (const json::value& one : from.get_array()) collect_names(one, out);
  } else if (from.is_object()) {
    for (const auto& [key, one] : from.get_object()) collect_names(one, out);
  }
}

std::string shortened(std::string_view text) {
  constexpr std::size_t kKept = 2000;
  std::string out(text.substr(0, kKept));
  while (text.size() > kKept && !out.empty() && !http::is_utf8(out)) out.pop_back();
  return http::is_utf8(out) ? out : "(not UTF-8)";
}

/// What a template asks, and where in the answer the text stands.
struct Shape {
  std::string method = "POST";
  std::string path;
  json::value body;
  http::Headers headers;
  std::string answer;  ///< JSON pointer; empty: the whole body
};

class HttpService final : public Service {
 public:
  explicit HttpService(Shape shape) : shape_(std::move(shape)) {
    collect_names(shape_.body, names_);
    collect_names(json::value(shape_.path), names_);
  }

  base::Status check_case(const Case& one, const std::string& where) const override {
    for (const std::string& name : names_) {
      if (!one.data.contains(name)) {
        return make_error(Code::kInvalidArgument, "expected the key '" + name + "', which the request names", where);
      }
    }
    return {};
  }

  Call call(const Case& one) const override {
    const Filler filler(one.data);
    Call out{shape_.method, shape_.path, "", shape_.headers};
    if (shape_.path.find("{{") != std::string::npos) {
      const json::value path = filler.fill_text(shape_.path);
      out.path = path.is_string() ? std::string(path.get_string()) : json::serialize(path);
    }
    if (!shape_.body.is_null()) out.body = json::serialize(filler.fill(shape_.body));
    return out;
  }

  Reading read(const Case& one, const http::ClientResponse& response) const override {
    static_cast<void>(one);
    Reading out;
    if (shape_.answer.empty() && response.status == 200) {
      out.answer.text = response.body;
      out.answer.body = shortened(response.body);
      return out;
    }
    JsonReading reading = read_json(response, nullptr);
    out.breach = std::move(reading.breach);
    if (out.breach) return out;
    boost::system::error_code failure;
    const json::value* found = reading.body.find_pointer(shape_.answer, failure);
    if (found == nullptr || found->is_null()) {
      out.breach = Breach{"schema", shape_.answer + ": expected the answer's text, found " +
                                        (found == nullptr ? "nothing there" : "null")};
      return out;
    }
    out.answer.text = score::plain_text(*found);
    out.answer.body = shortened(out.answer.text);
    return out;
  }

 private:
  Shape shape_;
  std::vector<std::string> names_;
};

Result<http::Headers> headers_of(const json::object& request, const std::string& where) {
  http::Headers out;
  if (const json::value* headers = request.if_contains("headers")) {
    for (const auto& [name, value] : headers->as_object()) out.add(std::string(name), std::string(value.as_string()));
  }
  const std::string key_env = base::string_or(request, "key_env");
  if (key_env.empty()) return out;
  const char* key = std::getenv(key_env.c_str());
  if (key == nullptr || *key == '\0') {
    return make_error(Code::kFailedPrecondition,
                      "expected the target's key in the environment variable " + key_env + ", which is not set", where);
  }
  out.set("Authorization", "Bearer " + std::string(key));
  return out;
}

}  // namespace

Result<std::unique_ptr<Service>> make_http_service(const Suite& suite) {
  const std::string where = (suite.folder / "suite.yaml").string();
  Shape shape;
  GW_TRY(shape.headers, headers_of(suite.request, where));
  shape.method = base::string_or(suite.request, "method", "POST");
  if (suite.contract == "chat") {
    json::array messages;
    if (const std::string system = base::string_or(suite.request, "system"); !system.empty()) {
      messages.push_back(json::object{{"role", "system"}, {"content", system}});
    }
    messages.push_back(json::object{{"role", "user"}, {"content", "{{prompt}}"}});
    shape.path = base::string_or(suite.request, "path", "/v1/chat/completions");
    shape.body = json::object{{"model", base::string_or(suite.request, "model", "default")},
                              {"messages", std::move(messages)},
                              {"temperature", 0}};
    shape.answer = base::string_or(suite.request, "answer", "/choices/0/message/content");
  } else {
    shape.path = base::string_or(suite.request, "path");
    if (const json::value* body = suite.request.if_contains("body")) shape.body = *body;
    shape.answer = base::string_or(suite.request, "answer");
  }
  return std::unique_ptr<Service>(std::make_unique<HttpService>(std::move(shape)));
}

}  // namespace groundwork::measure
