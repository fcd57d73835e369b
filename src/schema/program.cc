#include "schema/program.h"

#include <algorithm>
#include <array>
#include <functional>

#include "base/utf8.h"
#include "schema/document.h"
#include "schema/number.h"
#include "schema/uri.h"

namespace groundwork::schema {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
namespace json = base::json;

constexpr std::size_t kMaxNodes = 1'000'000;
constexpr std::string_view kDraft = "https://json-schema.org/draft/2020-12/schema";
constexpr std::string_view kVocabularies = "https://json-schema.org/draft/2020-12/vocab/";

/// Which keywords of a resource mean something, after its $schema's $vocabulary.
struct Dialect {
  bool applicator = true;
  bool unevaluated = true;
  bool validation = true;
};

std::string shown(const json::value& value) {
  if (const auto* text = value.if_string()) return "'" + base::clip({text->data(), text->size()}, 60) + "'";
  if (value.is_object() || value.is_array()) return "an " + std::string(base::json_type_name(value));
  return json::serialize(value);
}

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

std::string_view without_empty_fragment(std::string_view uri) {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  return uri;
}

/// Where a schema stands while it is compiled.
struct Place {
  const json::value* schema = nullptr;
  Resource* resource = nullptr;
  Dialect dialect;
  std::string document;  ///< URI and '#' in front of its pointers; empty for the first document
  std::string pointer;
  std::size_t depth = 0;

  Place child(const json::value& value, std::string_view token) const {
    return {&value, resource, dialect, document, pointer + "/" + escape_pointer(token), depth + 1};
  }
  std::string where(std::string_view keyword = {}) const {
    return document + pointer + (keyword.empty() ? std::string() : "/" + escape_pointer(keyword));
  }
};

class Compiler {
 public:
  Compiler(const Registry& registry, UnknownKeywords unknown)
      : registry_(registry), unknown_(unknown), program_(std::make_unique<Program>()) {}

  Result<std::unique_ptr<const Program>> compile(json::value schema) {
    if (extent_of(schema, kMaxNesting).depth > kMaxNesting) {
      return make_error(Code::kResourceExhausted, "expected a schema nested at most 512 deep");
    }
    program_->documents.push_back(std::make_shared<const json::value>(std::move(schema)));
    GW_TRY(program_->root, document(*program_->documents.back(), "", ""));
    // Resolving may load further documents, whose references come to the end of the list.
    for (std::size_t i = 0; i < references_.size(); ++i) {
      const Reference one = references_[i];
      GW_CHECK_OK(resolve(one));
    }
    return std::unique_ptr<const Program>(std::move(program_));
  }

 private:
  struct Reference {
    Node* node = nullptr;
    std::string uri;  ///< resolved against the base, with fragment
    std::string where;
    bool dynamic = false;
  };
  /// A schema compiled, and what is needed to go on compiling below it.
  struct Known {
    Node* node = nullptr;
    Place place;
  };

  using Handler = Status (Compiler::*)(Node&, const Place&, const json::value&, std::string_view);
  struct Keyword {
    std::string_view name;
    Handler handler;            ///< null: an annotation, or read together with another
    bool Dialect::*vocabulary;  ///< null: core
  };
  static const std::vector<Keyword>& keywords();

  Result<const Node*> document(const json::value& schema, std::string uri, std::string prefix) {
    Place place;
    place.schema = &schema;
    place.resource = resource(uri);
    place.document = std::move(prefix);
    return node_of(std::move(place));
  }

  Resource* resource(const std::string& uri) {
    Resource& made = program_->resources.emplace_back();
    made.uri = uri;
    resources_.emplace(uri, &made);
    return &made;
  }

  Result<const Node*> node_of(Place place) {
    if (const auto known = known_.find(place.schema); known != known_.end()) return known->second.node;
    if (program_->nodes.size() >= kMaxNodes) {
      return make_error(Code::kResourceExhausted, "expected at most a million schemas", place.where());
    }
    if (place.depth > kMaxNesting) {
      return make_error(Code::kResourceExhausted, "expected schemas nested at most 512 deep", place.where());
    }
    Node& node = program_->nodes.emplace_back();
    if (const bool* always = place.schema->if_bool()) {
      node.always = *always;
    } else if (!place.schema->is_object()) {
      return make_error(Code::kInvalidArgument, "expected a schema, found " + shown(*place.schema), place.where());
    } else {
      GW_CHECK_OK(identify(place));
    }
    node.pointer = place.where();
    node.resource = place.resource;
    roots_.emplace(place.resource, place.schema);  // the first schema of a resource is the one around all others
    known_.emplace(place.schema, Known{&node, place});
    if (!node.always) GW_CHECK_OK(fill(node, place));
    return &node;
  }

  /// $id and $schema: which resource and dialect the schema is of.
  Status identify(Place& place) {
    const json::object& rules = place.schema->get_object();
    if (const auto* id = rules.if_contains("$id")) {
      if (!id->is_string()) return expected("a URI", *id, place.where("$id"));
      const std::string uri(without_empty_fragment(resolve_uri(place.resource->uri, view(id->get_string()))));
      if (uri.find('#') != std::string::npos) return expected("a URI without fragment", *id, place.where("$id"));
      if (const auto known = resources_.find(uri); known == resources_.end()) {
        place.resource = resource(uri);
      } else if (roots_.count(known->second) != 0) {
        return make_error(Code::kInvalidArgument, "expected an $id of its own, found " + shown(*id) + " twice",
                          place.where("$id"));
      } else {
        place.resource = known->second;
      }
    }
    if (const auto* draft = rules.if_contains("$schema")) {
      GW_TRY(place.dialect, dialect_of(*draft, place.where("$schema")));
    }
    return {};
  }

  Result<Dialect> dialect_of(const json::value& draft, const std::string& where) const {
    if (!draft.is_string()) return expected("a URI", draft, where);
    const std::string_view uri = without_empty_fragment(view(draft.get_string()));
    if (uri == kDraft) return Dialect();
    const auto metaschema = registry_.find(uri);
    if (metaschema == nullptr || !metaschema->is_object()) {
      return make_error(Code::kUnimplemented, "expected the schema of draft 2020-12, found " + shown(draft), where);
    }
    const auto* listed = metaschema->get_object().if_contains("$vocabulary");
    if (listed == nullptr || !listed->is_object()) return Dialect();
    Dialect dialect{false, false, false};
    for (const auto& [name, needed] : listed->get_object()) {
      std::string_view short_name = view(name);
      const bool ours = short_name.starts_with(kVocabularies);
      if (ours) short_name.remove_prefix(kVocabularies.size());
      if (ours && short_name == "applicator") dialect.applicator = true;
      if (ours && short_name == "unevaluated") dialect.unevaluated = true;
      if (ours && short_name == "validation") dialect.validation = true;
      const bool supported = ours && short_name != "format-assertion";
      if (!supported && needed.is_bool() && needed.get_bool()) {
        return make_error(Code::kUnimplemented, "the vocabulary '" + std::string(name) + "' is not supported", where);
      }
    }
    return dialect;
  }

  static base::Error expected(std::string_view what, const json::value& found, std::string where) {
    return make_error(Code::kInvalidArgument, "expected " + std::string(what) + ", found " + shown(found),
                      std::move(where));
  }

  Status fill(Node& node, const Place& place) {
    const json::object& rules = place.schema->get_object();
    for (const auto& [key, value] : rules) {
      const std::string_view name = view(key);
      const auto& list = keywords();
      const auto found =
          std::lower_bound(list.begin(), list.end(), name,
                           [](const Keyword& one, std::string_view wanted) { return one.name < wanted; });
      if (found == list.end() || found->name != name) {
        if (unknown_ == UnknownKeywords::kIgnore || !place.document.empty()) {
          program_->unchecked.push_back(place.where(name));
          continue;
        }
        return make_error(Code::kUnimplemented, "the keyword '" + std::string(name) + "' is not supported",
                          place.where(name));
      }
      if (name.starts_with("content") && found->handler == nullptr) program_->unchecked.push_back(place.where(name));
      if (found->handler == nullptr) continue;
      if (found->vocabulary != nullptr && !(place.dialect.*(found->vocabulary))) continue;
      GW_CHECK_OK((this->*(found->handler))(node, place, value, name));
    }
    return {};
  }

  // One handler for each kind of keyword.

  template <const Node* Node::*kMember>
  Status one(Node& node, const Place& place, const json::value& value, std::string_view name) {
    GW_TRY(node.*kMember, node_of(place.child(value, name)));
    return {};
  }

  Result<std::vector<const Node*>> nodes_of(const Place& place, const json::value& value, std::string_view name) {
    if (!value.is_array()) return expected("a list of schemas", value, place.where(name));
    const Place list = place.child(value, name);
    std::vector<const Node*> out;
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      GW_TRY(const Node* child, node_of(list.child(value.get_array()[i], std::to_string(i))));
      out.push_back(child);
    }
    return out;
  }

  template <auto kMember>
  Status many(Node& node, const Place& place, const json::value& value, std::string_view name) {
    GW_TRY(node.*kMember, nodes_of(place, value, name));
    return {};
  }

  Result<std::vector<std::pair<std::string, const Node*>>> named(const Place& place, const json::value& value,
                                                                 std::string_view name) {
    if (!value.is_object()) return expected("a mapping to schemas", value, place.where(name));
    const Place map = place.child(value, name);
    std::vector<std::pair<std::string, const Node*>> out;
    for (const auto& [key, schema] : value.get_object()) {
      GW_TRY(const Node* child, node_of(map.child(schema, view(key))));
      out.emplace_back(key, child);
    }
    return out;
  }

  template <std::vector<std::pair<std::string, const Node*>> Node::*kMember>
  Status map(Node& node, const Place& place, const json::value& value, std::string_view name) {
    GW_TRY(node.*kMember, named(place, value, name));
    for (const auto& [key, child] : node.properties) node.property_of.emplace(key, child);
    return {};
  }

  Status definitions(Node&, const Place& place, const json::value& value, std::string_view name) {
    GW_CHECK_OK(named(place, value, name));
    return {};
  }

  Result<const Pattern*> pattern_of(std::string_view source, const std::string& where) {
    if (const auto known = program_->patterns.find(source); known != program_->patterns.end()) return &known->second;
    auto compiled = Pattern::compile(source);
    if (!compiled.ok()) {
      base::Error error = std::move(compiled).error();
      error.where = where;
      return error;
    }
    return &program_->patterns.emplace(std::string(source), std::move(*compiled)).first->second;
  }

  Status pattern(Node& node, const Place& place, const json::value& value, std::string_view name) {
    if (!value.is_string()) return expected("a text", value, place.where(name));
    GW_TRY(node.pattern, pattern_of(view(value.get_string()), place.where(name)));
    return {};
  }

  Status pattern_properties(Node& node, const Place& place, const json::value& value, std::string_view name) {
    GW_TRY(const auto list, named(place, value, name));
    for (const auto& [source, child] : list) {
      GW_TRY(const Pattern* compiled, pattern_of(source, place.where(name)));
      node.pattern_properties.emplace_back(compiled, child);
    }
    return {};
  }

  template <std::optional<std::uint64_t> Node::*kMember>
  Status count(Node& node, const Place& place, const json::value& value, std::string_view name) {
    if (!value.is_number() || !is_integer(value) || value.to_number<double>() < 0) {
      return expected("a whole number that is not negative", value, place.where(name));
    }
    constexpr double kLargest = 9e18;  // more than any value has; larger ones mean the same
    const double number = value.to_number<double>();
    node.*kMember = number > kLargest ? static_cast<std::uint64_t>(kLargest) : value.to_number<std::uint64_t>();
    return {};
  }

  template <const json::value* Node::*kMember>
  Status number(Node& node, const Place& place, const json::value& value, std::string_view name) {
    if (!value.is_number()) return expected("a number", value, place.where(name));
    if (name == "multipleOf" && value.to_number<double>() <= 0) {
      return expected("a number above 0", value, place.where(name));
    }
    node.*kMember = &value;
    return {};
  }

  Status type(Node& node, const Place& place, const json::value& value, std::string_view name) {
    static const std::map<std::string_view, std::uint8_t> kTypes = {
        {"null", kNull},     {"boolean", kBoolean}, {"integer", kInteger}, {"number", kInteger | kFraction},
        {"string", kString}, {"array", kArray},     {"object", kObject}};
    const json::array list = value.is_array() ? value.get_array() : json::array{value};
    std::uint8_t bits = 0;
    for (const json::value& one_type : list) {
      const auto found = one_type.is_string() ? kTypes.find(view(one_type.get_string())) : kTypes.end();
      if (found == kTypes.end()) return expected("a type of JSON", one_type, place.where(name));
      bits |= found->second;
    }
    node.types = bits;
    node.type = &value;
    return {};
  }

  Status choices(Node& node, const Place& place, const json::value& value, std::string_view name) {
    if (!value.is_array()) return expected("a list of values", value, place.where(name));
    node.choices = &value.get_array();
    return {};
  }

  Status constant(Node& node, const Place&, const json::value& value, std::string_view) {
    node.constant = &value;
    return {};
  }

  Status unique(Node& node, const Place& place, const json::value& value, std::string_view name) {
    if (!value.is_bool()) return expected("true or false", value, place.where(name));
    node.unique = value.get_bool();
    return {};
  }

  Status format(Node& node, const Place& place, const json::value& value, std::string_view name) {
    if (!value.is_string()) return expected("a text", value, place.where(name));
    node.format = value.get_string();
    return {};
  }

  static Result<std::vector<std::string>> texts(const json::value& value, const std::string& where) {
    if (!value.is_array()) return expected("a list of texts", value, where);
    std::vector<std::string> out;
    for (const json::value& one_text : value.get_array()) {
      if (!one_text.is_string()) return expected("a text", one_text, where);
      out.emplace_back(one_text.get_string());
    }
    return out;
  }

  Status required(Node& node, const Place& place, const json::value& value, std::string_view name) {
    GW_TRY(node.required, texts(value, place.where(name)));
    return {};
  }

  Status dependent_required(Node& node, const Place& place, const json::value& value, std::string_view name) {
    if (!value.is_object()) return expected("a mapping to lists of texts", value, place.where(name));
    for (const auto& [key, needed] : value.get_object()) {
      GW_TRY(auto names, texts(needed, place.where(name)));
      node.dependent_required.emplace_back(key, std::move(names));
    }
    return {};
  }

  template <bool kDynamic>
  Status anchor(Node& node, const Place& place, const json::value& value, std::string_view name) {
    if (!value.is_string()) return expected("a name", value, place.where(name));
    const std::string key(value.get_string());
    if (!place.resource->anchors.emplace(key, &node).second && !kDynamic) {
      return make_error(Code::kInvalidArgument, "expected an anchor of its own, found '" + key + "' twice",
                        place.where(name));
    }
    if (kDynamic) place.resource->dynamic_anchors.emplace(key, &node);
    return {};
  }

  template <bool kDynamic>
  Status reference(Node& node, const Place& place, const json::value& value, std::string_view name) {
    if (!value.is_string()) return expected("a reference", value, place.where(name));
    references_.push_back(
        {&node, resolve_uri(place.resource->uri, view(value.get_string())), place.where(name), kDynamic});
    return {};
  }

  // References.

  Status resolve(const Reference& one) {
    const auto [uri, fragment] = split_fragment(one.uri);
    GW_TRY(Resource * target, resource_at(uri, one.where));
    GW_TRY(const Node* node, node_at(*target, percent_decoded(fragment), one));
    if (!one.dynamic) {
      one.node->reference = node;
      return {};
    }
    one.node->dynamic_reference = node;
    const auto dynamic = node->resource->dynamic_anchors.find(fragment);
    if (dynamic != node->resource->dynamic_anchors.end() && dynamic->second == node) one.node->dynamic_name = fragment;
    return {};
  }

  Result<Resource*> resource_at(const std::string& uri, const std::string& where) {
    if (const auto known = resources_.find(uri); known != resources_.end()) return known->second;
    auto found = registry_.find(uri);
    if (found == nullptr) {
      return make_error(Code::kInvalidArgument,
                        "expected a reference to a schema that is known here, found '" + base::clip(uri, 200) + "'",
                        where);
    }
    if (extent_of(*found, kMaxNesting).depth > kMaxNesting) {
      return make_error(Code::kResourceExhausted, "expected a schema nested at most 512 deep, found " + uri, where);
    }
    program_->documents.push_back(found);
    GW_CHECK_OK(document(*found, uri, uri + "#"));
    // The document may have an $id other than where it was found; both lead to it.
    Resource* const made = known_.at(found.get()).place.resource;
    resources_[uri] = made;
    return made;
  }

  Result<const Node*> node_at(const Resource& resource, const std::string& fragment, const Reference& one) {
    const auto nothing = [&] {
      return make_error(Code::kInvalidArgument,
                        "expected a reference to a schema, found '" + base::clip(one.uri, 200) + "'", one.where);
    };
    const auto root = roots_.find(&resource);
    if (root == roots_.end()) return nothing();
    if (fragment.empty()) return known_.at(root->second).node;
    if (fragment.front() != '/') {
      const auto found = resource.anchors.find(fragment);
      if (found == resource.anchors.end()) return nothing();
      return found->second;
    }
    return node_below(root->second, fragment, nothing());
  }

  /// By JSON pointer. What stands under a keyword that means nothing is compiled here, as part of the schema around it.
  Result<const Node*> node_below(const json::value* value, std::string_view pointer, base::Error nothing) {
    Place place = known_.at(value).place;
    while (!pointer.empty()) {
      const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
      const std::string token = unescaped(pointer.substr(1, end - 1));
      pointer.remove_prefix(end);
      if (const auto* object = value->if_object()) {
        value = object->if_contains(token);
      } else if (const auto* array = value->if_array()) {
        const bool digits = !token.empty() && token.size() < 10 &&
                            std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
        const std::size_t index = digits ? std::stoul(token) : array->size();
        value = index < array->size() ? &(*array)[index] : nullptr;
      } else {
        value = nullptr;
      }
      if (value == nullptr) return nothing;
      const auto known = known_.find(value);
      place = known != known_.end() ? known->second.place : place.child(*value, token);
    }
    return node_of(std::move(place));
  }

  static std::string unescaped(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
      if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
        out += token[++i] == '0' ? '~' : '/';
      } else {
        out += token[i];
      }
    }
    return out;
  }

  const Registry& registry_;
  UnknownKeywords unknown_;
  std::unique_ptr<Program> program_;
  std::map<std::string, Resource*, std::less<>> resources_;
  std::unordered_map<const Resource*, const json::value*> roots_;
  std::unordered_map<const json::value*, Known> known_;
  std::vector<Reference> references_;
};

const std::vector<Compiler::Keyword>& Compiler::keywords() {
  static const std::vector<Keyword> list = [] {
    using C = Compiler;
    bool Dialect::*const applicator = &Dialect::applicator;
    bool Dialect::*const unevaluated = &Dialect::unevaluated;
    bool Dialect::*const validation = &Dialect::validation;
    std::vector<Keyword> out = {
        {"$anchor", &C::anchor<false>, nullptr},
        {"$defs", &C::definitions, nullptr},
        {"$dynamicAnchor", &C::anchor<true>, nullptr},
        {"$dynamicRef", &C::reference<true>, nullptr},
        {"$ref", &C::reference<false>, nullptr},
        {"additionalProperties", &C::one<&Node::additional>, applicator},
        {"allOf", &C::many<&Node::all_of>, applicator},
        {"anyOf", &C::many<&Node::any_of>, applicator},
        {"const", &C::constant, validation},
        {"contains", &C::one<&Node::contains>, applicator},
        {"dependentRequired", &C::dependent_required, validation},
        {"dependentSchemas", &C::map<&Node::dependent_schemas>, applicator},
        {"else", &C::one<&Node::otherwise>, applicator},
        {"enum", &C::choices, validation},
        {"exclusiveMaximum", &C::number<&Node::below>, validation},
        {"exclusiveMinimum", &C::number<&Node::above>, validation},
        {"format", &C::format, nullptr},
        {"if", &C::one<&Node::condition>, applicator},
        {"items", &C::one<&Node::items>, applicator},
        {"maxContains", &C::count<&Node::max_contains>, validation},
        {"maxItems", &C::count<&Node::max_items>, validation},
        {"maxLength", &C::count<&Node::max_length>, validation},
        {"maxProperties", &C::count<&Node::max_properties>, validation},
        {"maximum", &C::number<&Node::maximum>, validation},
        {"minContains", &C::count<&Node::min_contains>, validation},
        {"minItems", &C::count<&Node::min_items>, validation},
        {"minLength", &C::count<&Node::min_length>, validation},
        {"minProperties", &C::count<&Node::min_properties>, validation},
        {"minimum", &C::number<&Node::minimum>, validation},
        {"multipleOf", &C::number<&Node::multiple_of>, validation},
        {"not", &C::one<&Node::negated>, applicator},
        {"oneOf", &C::many<&Node::one_of>, applicator},
        {"pattern", &C::pattern, validation},
        {"patternProperties", &C::pattern_properties, applicator},
        {"prefixItems", &C::many<&Node::prefix>, applicator},
        {"properties", &C::map<&Node::properties>, applicator},
        {"propertyNames", &C::one<&Node::property_names>, applicator},
        {"required", &C::required, validation},
        {"then", &C::one<&Node::then>, applicator},
        {"type", &C::type, validation},
        {"unevaluatedItems", &C::one<&Node::unevaluated_items>, unevaluated},
        {"unevaluatedProperties", &C::one<&Node::unevaluated_properties>, unevaluated},
        {"uniqueItems", &C::unique, validation},
    };
    for (std::string_view annotation :
         {"$comment", "$id", "$schema", "$vocabulary", "contentEncoding", "contentMediaType", "contentSchema",
          "default", "deprecated", "description", "examples", "readOnly", "title", "writeOnly"}) {
      out.push_back({annotation, nullptr, nullptr});
    }
    std::sort(out.begin(), out.end(), [](const Keyword& a, const Keyword& b) { return a.name < b.name; });
    return out;
  }();
  return list;
}

}  // namespace

std::size_t Program::resources_with_dynamic_anchors(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(resources.begin(), resources.end(), [&](const Resource& one) {
    return one.dynamic_anchors.find(name) != one.dynamic_anchors.end();
  }));
}

Extent extent_of(const json::value& value, std::size_t max_depth) {
  Extent out;
  std::vector<std::pair<const json::value*, std::size_t>> waiting = {{&value, 1}};
  while (!waiting.empty()) {
    const auto [one, depth] = waiting.back();
    waiting.pop_back();
    ++out.values;
    out.depth = std::max(out.depth, depth);
    if (depth > max_depth) break;
    if (const auto* array = one->if_array()) {
      for (const json::value& child : *array) waiting.emplace_back(&child, depth + 1);
    } else if (const auto* object = one->if_object()) {
      for (const auto& member : *object) waiting.emplace_back(&member.value(), depth + 1);
    }
  }
  return out;
}

Result<std::unique_ptr<const Program>> compile_program(json::value schema, const Registry& registry,
                                                       UnknownKeywords unknown) {
  return Compiler(registry, unknown).compile(std::move(schema));
}

}  // namespace groundwork::schema
