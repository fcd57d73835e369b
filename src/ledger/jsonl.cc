#include "ledger/jsonl.h"

#include <array>
#include <set>

#include "base/hash.h"

namespace groundwork::ledger {
namespace {

using base::Code;
using base::make_error;

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  for (const unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    for (have += 8; have >= 6; have -= 6) out += kAlphabet[bits >> (have - 6) & 63];
  }
  if (have > 0) out += kAlphabet[bits << (6 - have) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

base::Result<std::string> from_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos)
      return make_error(Code::kInvalidArgument, "expected base64, found another character");
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    have += 6;
    if (have >= 8) {
      have -= 8;
      out += static_cast<char>(bits >> have & 255);
    }
  }
  return out;
}

base::Error at_line(base::Error error, std::size_t line) {
  error.where = "line " + std::to_string(line) + (error.where.empty() ? "" : ": " + error.where);
  return error;
}

}  // namespace

base::Result<std::size_t> export_jsonl(Ledger& ledger, const std::string& learner, std::ostream& out) {
  GW_TRY(const auto facts, ledger.facts(learner));
  std::set<std::string> written;
  for (const Fact& fact : facts) {
    const std::string blob = base::string_or(fact.data, "submission");
    if (!blob.empty() && written.insert(blob).second) {
      const auto bytes = ledger.get_blob(blob);
      if (!bytes.ok() && bytes.error().code != Code::kNotFound) return bytes.error();
      if (bytes.ok())
        out << base::json::serialize(base::json::object{{"blob", blob}, {"base64", base64(*bytes)}}) << '\n';
    }
    out << base::json::serialize(to_json(fact)) << '\n';
  }
  out.flush();
  if (!out.good()) return make_error(Code::kResourceExhausted, "the export could not be written");
  return facts.size();
}

base::Result<Imported> import_jsonl(Ledger& ledger, std::istream& in, const std::string& learner,
                                    const std::function<base::Status(const NewFact&)>& check) {
  std::vector<NewFact> facts;
  std::vector<std::string> blobs;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto value = base::parse_json(line);
    if (!value.ok()) return at_line(value.error(), number);
    if (value->is_object() && value->get_object().contains("blob")) {
      const auto text = base::get_string(value->get_object(), "base64", "");
      if (!text.ok()) return at_line(text.error(), number);
      auto bytes = from_base64(*text);
      if (!bytes.ok()) return at_line(bytes.error(), number);
      if (base::sha256_hex(*bytes) != base::string_or(value->get_object(), "blob")) {
        return at_line(make_error(Code::kInvalidArgument, "expected bytes with the hash under 'blob', found others"),
                       number);
      }
      blobs.push_back(std::move(*bytes));
      continue;
    }
    auto fact = fact_from_json(*value);
    if (!fact.ok()) return at_line(fact.error(), number);
    if (!learner.empty()) fact->learner = learner;
    if (check) {
      if (auto checked = check(*fact); !checked.ok()) return at_line(checked.error(), number);
    }
    facts.push_back(std::move(*fact));
  }
  if (in.bad()) return make_error(Code::kUnavailable, "the input could not be read to its end");
  GW_TRY(const std::int64_t before, ledger.last_seq());
  // Blobs first: one without its fact is harmless, a fact without its blob is not.
  for (const std::string& blob : blobs) {
    const auto stored = ledger.put_blob(blob);
    if (!stored.ok()) return stored.error();
  }
  GW_TRY(const auto numbers, ledger.append(facts));
  Imported imported{facts.size(), 0};
  for (const std::int64_t seq : numbers) imported.already += seq <= before ? 1 : 0;
  return imported;
}

}  // namespace groundwork::ledger
