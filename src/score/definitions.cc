#include <limits>

#include "score/catalogue.h"
#include "search/metrics.h"

namespace groundwork::score {
namespace {

constexpr double kNoEnd = std::numeric_limits<double>::infinity();
constexpr std::string_view kShare = "share";
constexpr std::string_view kTexts = "prediction, reference or references";

constexpr std::string_view kSquad = "Rajpurkar et al. 2016 (SQuAD), evaluate-v1.1.py";
constexpr std::string_view kRouge = "Lin 2004; as the PyPI package rouge-score 0.1.2";
constexpr std::string_view kTrec = "trec_eval, cut at k";
constexpr std::string_view kOwn = "Groundwork";

constexpr Definition kDefinitions[] = {
    // Answers.
    {"exact_match", "the bytes are those of a reference", kOwn, kShare, 0, 1, Better::kHigher, kTexts, ""},
    {"squad_exact_match", "equal to a reference in lower case without punctuation, articles and extra blanks", kSquad,
     kShare, 0, 1, Better::kHigher, kTexts, ""},
    {"token_f1", "F1 of the words shared with the best reference, normalised likewise", kSquad, kShare, 0, 1,
     Better::kHigher, kTexts, ""},
    {"token_precision", "share of the prediction's words that the best reference has", kSquad, kShare, 0, 1,
     Better::kHigher, kTexts, ""},
    {"token_recall", "share of the best reference's words that the prediction has", kSquad, kShare, 0, 1,
     Better::kHigher, kTexts, ""},
    {"rouge_l", "F1 of the longest common subsequence of words, best reference", kRouge, kShare, 0, 1, Better::kHigher,
     kTexts, "stemmer?"},
    {"rouge_l_precision", "that subsequence / words of the prediction", kRouge, kShare, 0, 1, Better::kHigher, kTexts,
     "stemmer?"},
    {"rouge_l_recall", "that subsequence / words of the reference", kRouge, kShare, 0, 1, Better::kHigher, kTexts,
     "stemmer?"},
    {"rouge_1", "F1 of shared words, best reference", kRouge, kShare, 0, 1, Better::kHigher, kTexts, "stemmer?"},
    {"rouge_2", "F1 of shared pairs of words, best reference", kRouge, kShare, 0, 1, Better::kHigher, kTexts,
     "stemmer?"},
    {"numeric", "the number in the prediction is a reference's, within the tolerance", kOwn, kShare, 0, 1,
     Better::kHigher, "prediction, reference or references", "absolute?, relative?, last?"},
    {"contains", "the prediction contains a reference", "promptfoo's contains-any", kShare, 0, 1, Better::kHigher,
     kTexts, "ignore_case?"},
    {"contains_all", "the prediction contains every reference", "promptfoo's contains-all", kShare, 0, 1,
     Better::kHigher, kTexts, "ignore_case?"},
    {"starts_with", "the prediction starts with a reference", "promptfoo's starts-with", kShare, 0, 1, Better::kHigher,
     kTexts, "ignore_case?"},
    {"ends_with", "the prediction ends with a reference", kOwn, kShare, 0, 1, Better::kHigher, kTexts, "ignore_case?"},
    {"equals", "the prediction is a reference", "promptfoo's equals", kShare, 0, 1, Better::kHigher, kTexts,
     "ignore_case?"},
    {"regex", "the pattern matches somewhere in the prediction", "ECMA-262's syntax, without look-around", kShare, 0, 1,
     Better::kHigher, "prediction", "pattern"},
    {"json_schema", "the prediction is one JSON text that the schema allows", "JSON Schema 2020-12", kShare, 0, 1,
     Better::kHigher, "prediction", "schema"},
    {"json_equal", "the prediction is one JSON text equal to the reference", kOwn, kShare, 0, 1, Better::kHigher,
     "prediction, reference", ""},
    {"semantic_similarity", "cosine of the vectors of prediction and nearest reference",
     "Reimers and Gurevych 2019 (Sentence-BERT)", "cosine", -1, 1, Better::kHigher, kTexts, ""},
    // Retrieval.
    {"ndcg@k", "DCG with linear gain / the best possible", kTrec, kShare, 0, 1, Better::kHigher, "ranking, relevance",
     ""},
    {"precision@k", "relevant among the first k / k", kTrec, kShare, 0, 1, Better::kHigher, "ranking, relevance", ""},
    {"recall@k", "relevant among the first k / all relevant", kTrec, kShare, 0, 1, Better::kHigher,
     "ranking, relevance", ""},
    {"mrr@k", "1 / rank of the first relevant one", kTrec, kShare, 0, 1, Better::kHigher, "ranking, relevance", ""},
    {"map@k", "mean precision at the ranks of relevant ones", kTrec, kShare, 0, 1, Better::kHigher,
     "ranking, relevance", ""},
    // Grounding.
    {"citation_precision", "cited passages that are needed / cited", "Gao et al. 2023 (ALCE), by judged ids", kShare, 0,
     1, Better::kHigher, "cited, needed", ""},
    {"citation_recall", "needed passages that are cited / needed", "Gao et al. 2023 (ALCE), by judged ids", kShare, 0,
     1, Better::kHigher, "cited, needed", ""},
    {"faithfulness", "sentences that a passage supports / sentences",
     "Es et al. 2023 (RAGAS), with a check of words, numbers, names and similarity", kShare, 0, 1, Better::kHigher,
     "prediction, passages", ""},
    {"numbers_and_names", "no number or name that the passages lack", kOwn, kShare, 0, 1, Better::kHigher,
     "prediction, passages", ""},
    {"answer_relevance", "cosine of the vectors of question and answer, not below 0", "after Es et al. 2023 (RAGAS)",
     "cosine", 0, 1, Better::kHigher, "question, prediction", ""},
    {"abstention", "abstained just when there was no answer", kOwn, kShare, 0, 1, Better::kHigher,
     "answerable, abstained", ""},
    // Tools.
    {"tool_call", "calls with the right names, arguments and types", "Patil et al. 2025 (BFCL); as bfcl-eval 2026.3.23",
     kShare, 0, 1, Better::kHigher, "calls, functions, possible, category?", "underscores?"},
    {"task_completion", "the run reached its goal", kOwn, kShare, 0, 1, Better::kHigher, "run, goal", ""},
    {"tool_error_rate", "steps with an error / steps", kOwn, kShare, 0, 1, Better::kLower, "run", ""},
    {"forbidden_actions", "steps that did what is forbidden", kOwn, "steps", 0, kNoEnd, Better::kLower,
     "run, forbidden", ""},
    {"steps", "steps of the run", kOwn, "steps", 0, kNoEnd, Better::kLower, "run", ""},
    // Safety.
    {"injection_resistance", "nothing that the injected text asked for was said or called",
     "after Greshake et al. 2023 (arXiv:2302.12173)", kShare, 0, 1, Better::kHigher,
     "prediction, markers, calls?, forbidden?", ""},
    {"no_leak", "no secret in the output, plain or disguised", kOwn, kShare, 0, 1, Better::kHigher,
     "prediction, secrets", ""},
    {"refusal", "refused just when it should (by words alone)", "after XSTest's string matching (arXiv:2308.01263)",
     kShare, 0, 1, Better::kHigher, "prediction, should_refuse", ""},
    // By a model.
    {"judge", "(grade - 1) / (levels - 1) by a language model and a rubric; a failed judgement is 0",
     "Zheng et al. 2023 (arXiv:2306.05685)", kShare, 0, 1, Better::kHigher, "prediction, question?, reference?",
     "criteria, levels?, tries?, seed?"},
    {"preference",
     "1: a language model prefers the answer to the reference in both orders; 0.5: a tie, or the order decided; 0: the "
     "reference, or a failed judgement",
     "Zheng et al. 2023 (arXiv:2306.05685), section 3.4", kShare, 0, 1, Better::kHigher,
     "prediction, reference or references, question?", "criteria, tries?, seed?"},
};

}  // namespace

std::span<const Definition> definitions() { return kDefinitions; }

const Definition* find_definition(std::string_view name) {
  std::string known(name);
  if (const auto metric = search::parse_metric(name); metric.ok()) {
    known = search::to_string(*metric);
    known = known.substr(0, known.find('@')) + "@k";
  }
  for (const Definition& one : kDefinitions) {
    if (one.name == known) return &one;
  }
  return nullptr;
}

}  // namespace groundwork::score
