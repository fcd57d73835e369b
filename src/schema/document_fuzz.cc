#include <cstdint>

#include "schema/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto yaml = groundwork::schema::parse_yaml(text, "fuzz.yaml");
  if (yaml.ok()) static_cast<void>(groundwork::base::canonical_json(yaml->value));
  const auto page = groundwork::schema::split_front_matter(text, "fuzz.md");
  return page.ok() && page->body.size() > size ? -1 : 0;
}
