#include "measure/fill.h"

namespace groundwork::measure {

namespace json = base::json;

json::value Filler::fill(const json::value& from) const {
  if (from.is_string()) return fill_text(from.get_string());
  if (from.is_array()) {
    json::array out;
    for (const json::value& one : from.get_array()) out.push_back(fill(one));
    return out;
  }
  if (from.is_object()) {
    json::object out;
    for (const auto& [key, one] : from.get_object()) out[key] = fill(one);
    return out;
  }
  return from;
}

json::value Filler::fill_text(std::string_view text) const {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("{{", at);
    const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) break;
    out += text.substr(at, open - at);
    std::string_view name = text.substr(open + 2, close - open - 2);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    at = close + 2;
    const json::value* value = values_.if_contains(name);
    if (value == nullptr) continue;
    if (open == 0 && at == text.size()) return *value;
    out += value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
  }
  out += text.substr(at);
  return json::value(out);
}

}  // namespace groundwork::measure
