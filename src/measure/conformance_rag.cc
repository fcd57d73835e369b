#include <algorithm>
#include <charconv>

#include "measure/conformance_rules.h"

namespace groundwork::measure::detail {
namespace {

namespace json = base::json;

constexpr char kDocuments[] = R"({"documents": [
  {"id": "conformance-a", "text": "The zorbling heron waits beside the river Quillon. It eats nine silver minnows a day.", "metadata": {"kind": "bird"}},
  {"id": "conformance-b", "text": "The zorbling otter sleeps under the bridge of Tarrow. It weighs seven kilograms.", "metadata": {"kind": "mammal"}},
  {"id": "conformance-c", "text": "Naïve façades in Żółć were painted ochre by the zorbling falcon society. The society has forty members.", "metadata": {"kind": "bird"}}]})";
constexpr char kAnswerable[] = R"({"question": "Where does the zorbling heron wait?"})";
constexpr char kUnanswerable[] = R"({"question": "Which currency did the Kingdom of Ostravia use in 1742?"})";

json::value ask(const Prober& prober, const std::string& body, std::string& wrong) {
  return prober.asked("/ask", body, wrong);
}

/// Whether a passage is one of our documents, or a part of it: "id", "id#2", "id/2".
std::string_view document_of(std::string_view passage) {
  for (const std::string_view id : {"conformance-a", "conformance-b", "conformance-c"}) {
    const bool part =
        passage.size() > id.size() && std::string_view("#/:@").find(passage[id.size()]) != std::string_view::npos;
    if (passage == id || (passage.starts_with(id) && part)) return id;
  }
  return "";
}

std::string answered(const Prober& prober) {
  std::string wrong;
  const json::value answer = ask(prober, kAnswerable, wrong);
  if (!wrong.empty()) return wrong;
  const std::string asked = std::string("POST /ask ") + kAnswerable + ": ";
  if (answer.at("abstained").as_bool()) {
    return asked + "expected an answer, for conformance-a says it, found an abstention";
  }
  if (answer.at("answer").as_string().empty()) return asked + "expected an answer, found an empty text";
  if (answer.at("citations").as_array().empty()) return asked + "expected citations of what it rests on, found none";
  return "";
}

/// What is wrong with the first citation of two answers of which something is.
/// @param wrong_with  the citation, and the passages of its answer; says what was expected and found, or nothing
std::string first_wrong_citation(
    const Prober& prober,
    const std::function<std::string(const json::object& citation, const json::array& passages)>& wrong_with) {
  std::string wrong;
  for (const std::string body : {kAnswerable, R"({"question": "How many members has the zorbling falcon society?"})"}) {
    const json::value answer = ask(prober, body, wrong);
    if (!wrong.empty()) return wrong;
    const json::array& citations = answer.at("citations").as_array();
    for (std::size_t i = 0; i < citations.size(); ++i) {
      wrong = wrong_with(citations[i].as_object(), answer.at("passages").as_array());
      if (!wrong.empty()) return "POST /ask " + body + ": /citations/" + std::to_string(i) + wrong;
    }
  }
  return "";
}

std::string cited(const Prober& prober) {
  return first_wrong_citation(prober, [](const json::object& citation, const json::array& passages) -> std::string {
    const json::value& id = citation.at("id");
    if (std::ranges::any_of(passages, [&](const json::value& one) { return one.at("id") == id; })) return "";
    return "/id: expected the id of a passage, found '" + start_of(std::string(id.as_string())) + "'";
  });
}

std::string quoted(const Prober& prober) {
  return first_wrong_citation(prober, [](const json::object& citation, const json::array& passages) -> std::string {
    const auto start = citation.at("start").to_number<std::uint64_t>();
    const auto end = citation.at("end").to_number<std::uint64_t>();
    for (const json::value& passage : passages) {
      if (passage.at("id") != citation.at("id")) continue;
      const std::string_view text = passage.at("text").as_string();
      const bool inside = start <= end && end <= text.size();
      if (inside && text.substr(start, end - start) == citation.at("quote").as_string()) continue;
      return ": expected the passage's bytes " + std::to_string(start) + " to " + std::to_string(end) +
             " of its UTF-8 text to be the quote '" + start_of(std::string(citation.at("quote").as_string())) +
             "', found " +
             (inside ? "'" + start_of(std::string(text.substr(start, end - start))) + "'"
                     : "a passage of " + std::to_string(text.size()) + " bytes");
    }
    return "";
  });
}

/// The numbers in "[1]" of an answer must be those of its citations.
std::string numbered(const Prober& prober) {
  std::string wrong;
  const json::value answer = ask(prober, kAnswerable, wrong);
  if (!wrong.empty()) return wrong;
  const std::string_view text = answer.at("answer").as_string();
  const std::size_t citations = answer.at("citations").as_array().size();
  for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at + 1)) {
    std::size_t number = 0;
    const auto [end, failure] = std::from_chars(text.data() + at + 1, text.data() + text.size(), number);
    if (failure != std::errc() || end == text.data() + text.size() || *end != ']') continue;
    if (number >= 1 && number <= citations) continue;
    return "/answer: expected [n] to be from 1 to " + std::to_string(citations) +
           ", the citations that there are, found [" + std::to_string(number) + "]";
  }
  return "";
}

std::string abstains(const Prober& prober) {
  std::string wrong;
  const json::value answer = ask(prober, kUnanswerable, wrong);
  if (!wrong.empty()) return wrong;
  const std::string asked = std::string("POST /ask ") + kUnanswerable + ": ";
  if (!answer.at("abstained").as_bool()) {
    return asked + "expected 'abstained' to be true, for no document says it, found the answer '" +
           start_of(std::string(answer.at("answer").as_string())) + "'";
  }
  const std::size_t citations = answer.at("citations").as_array().size();
  return citations == 0 ? "" : asked + "expected no citations of an abstention, found " + std::to_string(citations);
}

std::string filtered(const Prober& prober) {
  std::string wrong;
  const std::string body =
      R"({"question": "Where does the zorbling animal wait or sleep?", "filters": {"kind": "mammal"}})";
  const json::value answer = ask(prober, body, wrong);
  if (!wrong.empty()) return wrong;
  for (const json::value& one : answer.at("passages").as_array()) {
    const std::string_view id = document_of(one.at("id").as_string());
    if (id == "conformance-a" || id == "conformance-c") {
      return "POST /ask " + body + ": expected passages of conformance-b at most, found " + std::string(id) +
             ", whose kind is bird";
    }
  }
  return "";
}

std::string filtered_out(const Prober& prober) {
  std::string wrong;
  const std::string body = R"({"question": "Where does the zorbling heron wait?", "filters": {"kind": "fish"}})";
  const json::value answer = ask(prober, body, wrong);
  if (!wrong.empty()) return wrong;
  const std::size_t passages = answer.at("passages").as_array().size();
  if (answer.at("abstained").as_bool() && passages == 0) return "";
  return "POST /ask " + body + ": expected an abstention without passages, found " + std::to_string(passages) +
         " passages" + (answer.at("abstained").as_bool() ? "" : " and an answer");
}

std::string bounded(const Prober& prober) {
  std::string wrong;
  const json::value answer = ask(prober, R"({"question": "What is zorbling?", "top_k": 1})", wrong);
  if (!wrong.empty()) return wrong;
  const std::size_t found = answer.at("passages").as_array().size();
  return found <= 1 ? "" : "top_k 1: expected one passage at most, found " + std::to_string(found);
}

std::string replaced(const Prober& prober) {
  const std::string again = prober.taken(
      R"({"documents": [{"id": "conformance-b", "text": "The zorbling otter now sleeps in the mill of Varn.", "metadata": {"kind": "mammal"}}]})",
      1);
  if (!again.empty()) return again;
  std::string wrong;
  const json::value answer = ask(prober, R"({"question": "Where does the zorbling otter sleep?"})", wrong);
  if (!wrong.empty()) return wrong;
  for (const json::value& one : answer.at("passages").as_array()) {
    const std::string text(one.at("text").as_string());
    if (document_of(one.at("id").as_string()) == "conformance-b" && text.find("Tarrow") != std::string::npos) {
      return "conformance-b was posted again with another text; expected that, found a passage '" + start_of(text) +
             "'";
    }
  }
  return "";
}

std::string streamed(const Prober& prober) {
  const std::string body = R"({"question": "Where does the zorbling heron wait?", "stream": true})";
  const auto response = prober.post("/ask", body);
  if (!response.ok()) return response.error().message;
  const std::string asked = "POST /ask " + body + ": ";
  if (response->status != 200) return asked + "expected status 200, found " + std::to_string(response->status);
  const std::string type(response->headers.get("Content-Type"));
  if (!type.starts_with("text/event-stream")) {
    return asked + "expected the Content-Type text/event-stream, found '" + start_of(type) + "'";
  }
  const std::vector<http::SseEvent> events = events_of(response->body);
  const auto named = [&](const char* name) { return std::ranges::count(events, name, &http::SseEvent::type); };
  if (named("done") != 1 || events.empty() || events.back().type != "done") {
    return asked + "expected one event 'done' at the end, found " + std::to_string(named("done")) + " among " +
           std::to_string(events.size()) + " events" +
           (events.empty() ? "" : ", the last '" + events.back().type + "'");
  }
  const auto whole = base::parse_json(events.back().data);
  if (!whole.ok() || !whole->is_object()) return asked + "expected the whole answer in 'done', found no JSON object";
  for (const char* key : {"answer", "citations", "passages", "abstained", "usage"}) {
    if (!whole->get_object().contains(key)) return asked + "expected '" + key + "' in 'done', found none";
  }
  if (!base::bool_or(whole->get_object(), "abstained", false) && named("sentence") == 0) {
    return asked + "expected an event 'sentence' for each sentence, found none";
  }
  return "";
}

std::string bad_requests(const Prober& prober) {
  return first_wrong({prober.refused("/ask", "{}"), prober.refused("/ask", R"({"question": " "})"),
                      prober.refused("/ask", R"({"question": 7})"),
                      prober.refused("/ask", R"({"question": "x", "top_k": 0})"),
                      prober.refused("/ask", R"({"question": "x", "top_k": 21})"),
                      prober.refused("/ask", R"({"question": "x", "stream": "yes"})"),
                      prober.refused("/ask", R"({"question": "x", "colour": 1})"), prober.refused("/ask", "{"),
                      prober.refused("/documents", R"({"documents": []})")});
}

}  // namespace

const std::vector<Rule>& rag_rules() {
  static const std::vector<Rule> all = {
      {"documents-taken", "POST /documents says how many documents it took",
       "whoever loads documents can't tell which were lost", [](const Prober& p) { return p.taken(kDocuments, 3); }},
      {"answers", "a question that a document answers is answered, with citations, once POST /documents is answered",
       "an assistant that abstains from what its documents say is of no use, and an answer without citations can't be "
       "checked",
       answered},
      {"citations-of-passages", "every citation is of one of the passages",
       "a citation that leads nowhere is worse than none: it looks checked", cited},
      {"quotes-stand", "a quote is its passage's text from start to end, counted in bytes of UTF-8",
       "the reader is shown another place than the one that supports the answer; characters counted as bytes drift "
       "with "
       "every letter that is not ASCII",
       quoted},
      {"numbers-of-citations", "[1], [2] in the answer are its citations", "a reader follows [3] and finds nothing",
       numbered},
      {"abstains", "what no document says is an abstention, without citations",
       "an answer out of nothing is the failure that a RAG assistant exists to prevent", abstains},
      {"filters-hold", "filters hold inside the search",
       "an answer from what the filter excludes shows people what they may not see", filtered},
      {"empty-filter-result", "a filter that nothing meets leaves nothing to read, so the answer is an abstention",
       "something that the filter excludes is worse than nothing", filtered_out},
      {"top-k", "at most top_k passages are read", "prompts grow beyond what was budgeted", bounded},
      {"replaced", "a document with the id of another replaces it", "answers cite text that is no longer true",
       replaced},
      {"streams", "with stream: true, events `sentence` and one `done` with the whole answer at the end",
       "a client that shows sentences as they come never learns that the answer is complete", streamed},
      {"bad-requests", "a request that doesn't fit the contract is refused with status 400",
       "a mistake of the caller that passes as 200 or 500 is found in production, by somebody else", bad_requests},
  };
  return all;
}

}  // namespace groundwork::measure::detail
