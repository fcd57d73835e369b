#include "tutor/answer.h"

namespace groundwork::tutor {

namespace json = base::json;

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSupported:
      return "supported";
    case Verdict::kPartly:
      return "partly";
    case Verdict::kUnsupported:
      break;
  }
  return "unsupported";
}

std::string Answer::text() const {
  if (abstained) return reason;
  std::string out;
  for (const AnswerSentence& sentence : sentences) {
    if (!out.empty()) out += ' ';
    out += sentence.text;
    for (const int number : sentence.citations) out += " [" + std::to_string(number) + "]";
  }
  return out;
}

json::object to_json(const Answer& answer) {
  json::array citations;
  for (const Citation& one : answer.citations) {
    json::object citation{{"number", one.number},
                          {"id", one.id},
                          {"title", one.title},
                          {"quote", one.quote},
                          {"start", one.in_passage.begin},
                          {"end", one.in_passage.end},
                          {"verdict", to_string(one.verdict)},
                          {"support", one.support}};
    if (!one.path.empty()) {
      citation["source"] = json::object{{"path", one.path},
                                        {"anchor", one.anchor},
                                        {"sha256", one.sha256},
                                        {"start", one.in_document.begin},
                                        {"end", one.in_document.end}};
    }
    citations.push_back(std::move(citation));
  }
  json::array sentences;
  for (const AnswerSentence& one : answer.sentences) {
    sentences.push_back(json::object{{"text", one.text}, {"citations", json::value_from(one.citations)}});
  }
  json::array passages;
  for (const NearPassage& one : answer.passages) {
    passages.push_back(json::object{{"id", one.id},
                                    {"title", one.title},
                                    {"text", one.text},
                                    {"path", one.path},
                                    {"anchor", one.anchor},
                                    {"score", one.score}});
  }
  json::object out{{"question", answer.asked},          {"answer", answer.text()},
                   {"sentences", std::move(sentences)}, {"citations", std::move(citations)},
                   {"abstained", answer.abstained},     {"withheld", answer.withheld},
                   {"confidence", answer.confidence},   {"passages", std::move(passages)}};
  if (answer.generator) {
    out["generator"] = json::object{{"used", answer.generator->used},
                                    {"dropped", answer.generator->dropped},
                                    {"model", answer.generator->model},
                                    {"note", answer.generator->note},
                                    {"prompt_tokens", answer.generator->prompt_tokens},
                                    {"completion_tokens", answer.generator->completion_tokens}};
  }
  return out;
}

}  // namespace groundwork::tutor
