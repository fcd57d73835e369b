#include <algorithm>
#include <future>
#include <map>
#include <set>
#include <utility>

#include "api/assistant.h"
#include "api/contracts.h"
#include "api/request.h"
#include "api/routes.h"
#include "assess/being_graded.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "http/event_channel.h"
#include "search/analyzer.h"
#include "search/excerpt.h"
#include "text/unicode.h"
#include "tutor/library_index.h"

namespace groundwork::api {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;
using http::Request;
using http::Response;

constexpr std::size_t kSnippet = 240;
constexpr std::size_t kTurnsAtMost = 8;
constexpr std::ptrdiff_t kQueryCharacters = 250;

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// Of UTF-8: every byte that does not continue a character begins one.
std::ptrdiff_t characters(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

std::set<std::string> terms_of(const search::SearchHit& hit) {
  std::set<std::string> terms;
  for (const search::WordShare& one : hit.words) terms.insert(one.term);
  return terms;
}

/// A stretch of a text as a list of {text, hit}, so that nobody has to count bytes; white space is one blank.
json::array parts_json(std::string_view text, const search::Excerpt& shown) {
  json::array parts;
  const auto add = [&](std::size_t begin, std::size_t end, bool hit) {
    if (begin == end) return;
    std::string part = base::clip(text.substr(begin, end - begin), (end - begin) * 3);
    std::ranges::replace_if(
        part, [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
    const auto both_blank = [](char a, char b) { return a == ' ' && b == ' '; };
    part.erase(std::unique(part.begin(), part.end(), both_blank), part.end());
    parts.push_back(json::object{{"text", std::move(part)}, {"hit", hit}});
  };
  std::size_t at = shown.range.begin;
  for (const text::Span mark : shown.marks) {
    add(at, mark.begin, false);
    add(mark.begin, mark.end, true);
    at = mark.end;
  }
  add(at, shown.range.end, false);
  return parts;
}

/// The words of the query that are in the hit, each once.
json::array words_json(const search::SearchHit& hit) {
  std::set<std::string_view> seen;
  json::array words;
  for (const search::WordShare& one : hit.words) {
    if (seen.insert(one.word).second) words.push_back(json::value(std::string_view(one.word)));
  }
  return words;
}

json::object hit_json(const search::Document& document, const search::SearchHit& hit) {
  const std::set<std::string> terms = terms_of(hit);
  json::array snippet = parts_json(document.text, search::excerpt(document.text, terms, kSnippet));
  return {{"id", document.id},
          {"title", document.title},
          {"title_parts", parts_json(document.title, search::excerpt(document.title, terms, document.title.size()))},
          {"snippet", std::move(snippet)},
          {"kind", base::string_or(document.metadata, "kind")},
          {"page", base::string_or(document.metadata, "page")},
          {"module", base::string_or(document.metadata, "module")},
          {"anchor", base::string_or(document.place, "anchor")},
          {"score", hit.score},
          {"words", words_json(hit)}};
}

/// Keeps in `word` what is nearest to what was typed of the words that a text has for a term: "retrieval" for
/// "retriev".
void keep_nearest_word(std::string_view text, const search::QueryTerm& term, std::string& word) {
  for (const search::Token& token : search::analyzer_of_this_thread().analyze(text)) {
    if (token.term != term.term) continue;
    std::string found(text.substr(token.source.begin, token.source.size()));
    std::ranges::transform(found, found.begin(), text::ascii_lower);
    if (word.empty() || base::edit_distance(found, term.word) < base::edit_distance(word, term.word)) {
      word = std::move(found);
    }
  }
}

Result<Response> search_library(Assistant& assistant, const Request& request) {
  GW_TRY(const auto snapshot, assistant.library());
  GW_TRY(const std::int64_t limit, query_int(request, "limit", 1, 50, 10));
  search::SearchRequest asked;
  asked.query = request.query_value("q").value_or("");
  asked.top_k = static_cast<std::size_t>(limit);
  asked.complete_last = request.query_value("typing").value_or("") == "true";
  if (characters(asked.query) > kQueryCharacters) {
    return make_error(Code::kInvalidArgument, "q: expected at most " + std::to_string(kQueryCharacters) +
                                                  " characters, found " + std::to_string(characters(asked.query)));
  }
  search::SearchResult found;
  if (!is_blank(asked.query)) {
    GW_TRY(found, search::Searcher(snapshot, &assistant.embedder()).search(asked));
  }
  json::array hits;
  std::map<std::string, std::string> words;
  for (const search::SearchHit& hit : found.hits) {
    GW_TRY(const search::Document document, snapshot->document(hit.row));
    hits.push_back(hit_json(document, hit));
    for (const search::QueryTerm& term : found.query.terms) {
      if (term.kind != search::QueryTerm::Kind::kCorrected) continue;
      keep_nearest_word(document.title + "\n" + document.text, term, words[term.word]);
    }
  }
  json::object corrected;
  for (const auto& [typed, word] : words) {
    if (!word.empty()) corrected[typed] = word;
  }
  return http::json_response(json::object{{"query", asked.query},
                                          {"hits", std::move(hits)},
                                          {"corrected", std::move(corrected)},
                                          {"unknown", json::value_from(found.query.unknown)}});
}

std::vector<tutor::Turn> history_of(const json::object& body) {
  std::vector<tutor::Turn> turns;
  const json::value* history = body.if_contains("history");
  if (history == nullptr) return turns;
  for (const json::value& one : history->as_array()) {
    turns.push_back({base::string_or(one.as_object(), "question"), base::string_or(one.as_object(), "answer")});
  }
  if (turns.size() > kTurnsAtMost) turns.erase(turns.begin(), turns.end() - kTurnsAtMost);
  return turns;
}

/// What a streamed answer is made of, shared by the request and the thread that answers.
struct Stream {
  std::shared_ptr<http::EventChannel> events = std::make_shared<http::EventChannel>();
  std::stop_source gone;             ///< the reader is, so that no model goes on for nobody
  std::promise<base::Status> begun;  ///< set once: what is wrong before the first sentence is still a status
  bool is_begun = false;

  void begin(base::Status status = {}) {
    if (!std::exchange(is_begun, true)) begun.set_value(std::move(status));
  }
};

using ToJson = json::object (*)(const tutor::Answer&);

void stream_answer(Stream& stream, const tutor::Tutor& tutor, const tutor::Question& question, ToJson to_json) {
  // A reader that is too slow loses events (http::EventChannel): by their numbers it knows.
  std::int64_t sequence = 0;
  const auto push = [&](std::string_view event, json::object data) {
    data["sequence"] = ++sequence;
    stream.events->push(event, json::serialize(data));
  };
  const auto answer =
      tutor.ask(question, [&](const tutor::AnswerSentence& sentence, const std::vector<tutor::Citation>& citations) {
        tutor::Answer part;
        part.sentences = {sentence};
        part.citations = citations;
        push("sentence", to_json(part));
        stream.begin();
        return !stream.events->abandoned();
      });
  if (answer.ok()) {
    push("done", to_json(*answer));
    stream.begin();
  } else {
    const auto problem = base::parse_json(http::problem(answer.error()).body);
    push("error", problem.ok() ? problem->as_object() : json::object());
    stream.begin(answer.error());
  }
  stream.events->close();
}

/// Whole as JSON, or sentence by sentence where the body says "stream": true.
Result<Response> answered(Assistant& assistant, std::shared_ptr<const search::Snapshot> snapshot,
                          std::shared_ptr<const tutor::TextVectors> vectors, tutor::Question question,
                          bool wants_stream, ToJson to_json) {
  // Shared with the thread that answers.
  auto tutor = std::make_shared<const tutor::Tutor>(std::move(snapshot), assistant.reader(), assistant.generator(),
                                                    std::move(vectors));
  if (!wants_stream) {
    GW_TRY(const tutor::Answer answer, tutor->ask(question));
    return http::json_response(to_json(answer));
  }
  auto stream = std::make_shared<Stream>();
  auto begun = stream->begun.get_future();
  question.cancel = stream->gone.get_token();
  stream->events->on_abandon([gone = stream->gone]() mutable { gone.request_stop(); });
  // A model takes long for its first sentence: nothing of the server waits for that.
  if (assistant.generator() != nullptr) stream->begin();
  assistant.background().run(
      [stream, tutor, question = std::move(question), to_json] { stream_answer(*stream, *tutor, question, to_json); });
  GW_CHECK_OK(begun.get());
  return event_stream(stream->events);
}

bool wants_stream(const json::object& body) { return base::bool_or(body, "stream", false); }

Result<Response> ask_library(Platform& platform, Assistant& assistant, const Request& request,
                             const std::string& learner) {
  GW_TRY(const json::object body, body_of(request, "postAsk"));
  GW_TRY(auto snapshot, assistant.library());
  tutor::Question question;
  question.text = base::string_or(body, "question");
  question.history = history_of(body);
  question.filter = tutor::quotable();
  GW_TRY(question.graded, assess::being_graded(platform.study(), platform.quizzes(), learner));
  return answered(assistant, std::move(snapshot), assistant.library_vectors(), std::move(question), wants_stream(body),
                  tutor::to_json);
}

// ---- The reference services: projects 1 and 2 ------------------------------------------------------------------

Result<Response> add_documents(Assistant& assistant, const Request& request) {
  GW_TRY(const json::object body, body_of(request, "postReferenceDocuments"));  // project 2's is the same
  std::vector<search::Document> documents;
  for (const json::value& one : body.at("documents").as_array()) {
    const json::object& object = one.as_object();
    search::Document document{
        base::string_or(object, "id"), base::string_or(object, "title"), base::string_or(object, "text"), {}, {}};
    if (const auto* metadata = object.if_contains("metadata")) document.metadata = metadata->as_object();
    documents.push_back(std::move(document));
  }
  const std::size_t given = documents.size();
  GW_TRY(const std::vector<Assistant::Refused> refused, assistant.add_reference(std::move(documents)));
  json::array errors;
  for (const Assistant::Refused& one : refused) {
    errors.push_back(json::object{{"index", one.index}, {"error", one.error.text()}});
  }
  GW_TRY(const auto snapshot, assistant.reference());
  return http::json_response(json::object{
      {"indexed", given - refused.size()}, {"errors", std::move(errors)}, {"documents", snapshot->documents()}});
}

Result<search::Filter> filters_of(const json::object& body) {
  const json::value* filters = body.if_contains("filters");
  return filters == nullptr ? search::Filter{} : search::filter_from_json(*filters);
}

Result<Response> search_reference(Assistant& assistant, const Request& request) {
  GW_TRY(const json::object body, body_of(request, "postReferenceSearch"));
  GW_TRY(const auto snapshot, assistant.reference());
  search::SearchRequest asked;
  asked.query = base::string_or(body, "query");
  asked.top_k = static_cast<std::size_t>(base::int_or(body, "top_k", 10));
  asked.mode = search::mode_of(base::string_or(body, "mode", "hybrid")).value_or(search::Mode::kHybrid);
  GW_TRY(asked.filter, filters_of(body));
  const search::Searcher searcher(snapshot, &assistant.embedder());
  GW_TRY(const search::SearchResult found, searcher.search(asked));
  json::array results;
  for (const search::SearchHit& hit : found.hits) {
    GW_TRY(const search::Document document, snapshot->document(hit.row));
    results.push_back(json::object{{"id", document.id},
                                   {"score", hit.score},
                                   {"text", document.text},
                                   {"metadata", document.metadata},
                                   {"why", json::object{{"lexical", hit.lexical},
                                                        {"lexical_rank", hit.lexical_rank},
                                                        {"dense", hit.dense},
                                                        {"dense_rank", hit.dense_rank},
                                                        {"words", words_json(hit)}}}});
  }
  return http::json_response(json::object{{"results", std::move(results)}});
}

json::object reference_answer(const tutor::Answer& answer) {
  json::object out = tutor::to_json(answer);
  // Where no model was asked, no tokens cost anything.
  const tutor::Generation asked = answer.generator.value_or(tutor::Generation());
  out["usage"] = json::object{{"prompt_tokens", asked.prompt_tokens}, {"completion_tokens", asked.completion_tokens}};
  return out;
}

Result<Response> ask_reference(Assistant& assistant, const Request& request) {
  GW_TRY(const json::object body, body_of(request, "postReferenceAsk"));
  GW_TRY(auto snapshot, assistant.reference());
  tutor::Question question;
  question.text = base::string_or(body, "question");
  question.passages = static_cast<std::size_t>(base::int_or(body, "top_k", 6));
  GW_TRY(question.filter, filters_of(body));
  return answered(assistant, std::move(snapshot), nullptr, std::move(question), wants_stream(body), reference_answer);
}

}  // namespace

void add_search_routes(http::Router& router, Platform& platform, model::ChatModel* generator) {
  using http::RunOn;
  // Owned by the handlers: it ends with the router.
  auto assistant = std::make_shared<Assistant>(platform.library(), platform.options().models, platform.options().cache,
                                               platform.options().data, generator);
  const auto with = [assistant](Result<Response> (*f)(Assistant&, const Request&)) {
    return answering([assistant, f](const Request& request, const std::string&) { return f(*assistant, request); });
  };
  constexpr std::size_t kBody = 1024 * 1024;  // a whole conversation
  constexpr std::size_t kDocuments = std::size_t{8} << 20;
  router.add({"GET", "/api/v1/search", RunOn::kWorkers, 0, with(search_library)});
  router.add({"POST", "/api/v1/ask", RunOn::kWorkers, kBody,
              answering([&platform, assistant](const Request& request, const std::string& learner) {
                return ask_library(platform, *assistant, request, learner);
              })});
  for (const char* project : {"/reference/search", "/reference/rag"}) {
    router.add({"POST", std::string(project) + "/documents", RunOn::kWorkers, kDocuments, with(add_documents)});
  }
  router.add({"GET", "/reference/search/openapi.json", RunOn::kIoThread, 0,
              answering([](const Request&, const std::string&) -> Result<Response> {
                return http::json_response(search_contract());
              })});
  router.add({"GET", "/reference/rag/openapi.json", RunOn::kIoThread, 0,
              answering([](const Request&, const std::string&) -> Result<Response> {
                return http::json_response(rag_contract());
              })});
  router.add({"POST", "/reference/search/search", RunOn::kWorkers, kBody, with(search_reference)});
  router.add({"POST", "/reference/rag/ask", RunOn::kWorkers, kBody, with(ask_reference)});
}

}  // namespace groundwork::api
