#include "search/qdrant_writer.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "search/collection_stages.h"
#include "search/facets.h"
#include "search/qdrant_stages.h"
#include "search/stage_trust.h"

namespace groundwork::search::detail {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
namespace json = base::json;

namespace {

/// A server takes 32 MB by default. @source Qdrant, config/config.yaml, max_request_size_mb
constexpr std::size_t kRequestBytes = std::size_t{8} << 20;
constexpr std::size_t kPage = 64;
/// How far the average length that weights were made with may be from the true one.
constexpr double kDrift = 0.01;
/// An index a key costs the server memory; further keys are filtered without one.
constexpr std::size_t kIndexedKeys = 64;

std::string random_digits() {
  base::Random random{base::random_seed()};
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (int i = 0; i < 16; ++i) out += kDigits[random.below(kDigits.size())];
  return out;
}

json::object vectors_of(const Embedded* embedded, const DocumentTerms& terms, double average_length) {
  json::object vectors;
  if (embedded != nullptr && !embedded->vector.empty()) {
    vectors[kDense] = json::array(embedded->vector.begin(), embedded->vector.end());
  }
  if (!terms.frequencies.empty()) vectors[kLexical] = sparse_json(lexical_weights(terms, average_length));
  return vectors;
}

}  // namespace

QdrantWriter::~QdrantWriter() {
  if (begun_) static_cast<void>(api_.read("DELETE", at(""), nullptr));
}

Status QdrantWriter::begin(Start start) {
  auto there = read_about(api_, options_.name);
  anew_ = start == Start::kAnew || (!there.ok() && there.error().code == Code::kNotFound);
  // What is replaced may be of any kind; a server that can't be asked is told now, before anything is embedded.
  const bool readable =
      there.ok() || there.error().code == Code::kNotFound || (anew_ && there.error().code == Code::kFailedPrecondition);
  if (!readable) return std::move(there).error();
  if (anew_) return create();
  about_ = *std::move(there);
  GW_CHECK_OK(check_same_model(about_.embedder, about_.dimensions, embedder_, api_.place()));
  return check_vectors(api_, about_);
}

Status QdrantWriter::create() {
  about_.collection = generation_of(options_.name, random_digits());
  about_.embedder = embedder_ == nullptr ? "" : embedder_->name();
  about_.dimensions = embedder_ == nullptr ? 0 : embedder_->dimensions();
  about_.title_weight = options_.title_weight;
  about_.average_length = 0;
  json::object wanted{{"sparse_vectors", json::object{{kLexical, json::object{{"modifier", "idf"}}}}}};
  if (embedder_ != nullptr) {
    wanted["vectors"] = json::object{{kDense, json::object{{"size", about_.dimensions}, {"distance", "Cosine"}}}};
  }
  GW_TRY(const json::value made, api_.write("PUT", at(""), json::serialize(wanted)));
  begun_ = true;
  if (!made.is_bool() || !made.get_bool()) return api_.unexpected("a collection made (true)", json::serialize(made));
  for (const auto& [field, kind] : {std::pair("facets", "keyword"), std::pair("row", "integer")}) {
    GW_CHECK_OK(
        api_.change("PUT", at("/index"), json::serialize(json::object{{"field_name", field}, {"field_schema", kind}})));
  }
  return {};
}

Status QdrantWriter::send(std::span<const Embedded> batch) {
  if (anew_) return write(batch);
  waiting_.emplace_back(Batch(batch.begin(), batch.end()));
  return {};
}

Status QdrantWriter::drop(std::span<const std::string> ids) {
  if (anew_) return erase(ids);
  waiting_.emplace_back(Removed(ids.begin(), ids.end()));
  return {};
}

Status QdrantWriter::index_numbers(const Document& document) {
  for (const auto& [key, values] : facets_of(document.metadata).numbers) {
    const std::string field = numbers_key(key);
    if (indexed_.size() >= kIndexedKeys || !indexed_.insert(field).second) continue;
    GW_CHECK_OK(api_.change("PUT", at("/index"),
                            json::serialize(json::object{{"field_name", field}, {"field_schema", "float"}}), stop_));
  }
  return {};
}

/// Points of at most kRequestBytes go together.
Status QdrantWriter::put_points(std::string_view path, std::span<const std::string> points) {
  std::string body;
  for (std::size_t i = 0; i < points.size(); ++i) {
    body += (body.empty() ? "{\"points\":[" : ",") + points[i];
    if (i + 1 < points.size() && body.size() + points[i + 1].size() < kRequestBytes) continue;
    GW_CHECK_OK(api_.change("PUT", at(path), body + "]}", stop_));
    body.clear();
  }
  return {};
}

Status QdrantWriter::write(std::span<const Embedded> batch) {
  std::vector<DocumentTerms> terms;
  double length = 0;
  for (const Embedded& one : batch) {
    terms.push_back(terms_of(one.document, about_.title_weight));
    length += terms.back().length;
    GW_CHECK_OK(index_numbers(one.document));
  }
  // The first guess; finish() makes it right.
  if (!(about_.average_length > 0)) about_.average_length = std::max(1.0, length / static_cast<double>(batch.size()));
  if (!anew_) {
    Removed replaced;
    for (const Embedded& one : batch) replaced.push_back(one.document.id);
    GW_CHECK_OK(forget(replaced));
  }
  std::vector<std::string> points;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    points.push_back(
        json::serialize(json::object{{"id", point_id(batch[i].document.id)},
                                     {"vector", vectors_of(&batch[i], terms[i], about_.average_length)},
                                     {"payload", payload_of(batch[i].document, about_.next_row++, terms[i].length)}}));
    about_.total_length += terms[i].length;
    ++about_.documents;
  }
  return put_points("/points", points);
}

Status QdrantWriter::forget(std::span<const std::string> ids) {
  json::array points;
  for (const std::string& id : ids) points.emplace_back(point_id(id));
  GW_TRY(json::value answer,
         api_.read("POST", at("/points"),
                   json::object{
                       {"ids", std::move(points)}, {"with_payload", json::array{"length"}}, {"with_vector", false}}));
  GW_TRY(const std::vector<QdrantPoint> there, api_.points_of(std::move(answer), ids.size(), false));
  for (const QdrantPoint& one : there) {
    const auto length = static_cast<std::uint64_t>(std::max<std::int64_t>(0, base::int_or(one.payload, "length", 0)));
    about_.total_length -= std::min(about_.total_length, length);
    about_.documents -= std::min<std::uint64_t>(about_.documents, 1);
  }
  return {};
}

Status QdrantWriter::erase(std::span<const std::string> ids) {
  GW_CHECK_OK(forget(ids));
  json::array points;
  for (const std::string& id : ids) points.emplace_back(point_id(id));
  return api_.change("POST", at("/points/delete"), json::serialize(json::object{{"points", std::move(points)}}), stop_);
}

Status QdrantWriter::send_waiting() {
  if (anew_) return {};
  GW_TRY(const QdrantAbout now, read_about(api_, options_.name));
  if (now.collection != about_.collection || now.revision != about_.revision || now.adding != about_.adding) {
    return make_error(
        Code::kUnavailable,
        "another program has written the collection '" + options_.name + "' in the meantime; nothing was added",
        api_.place());
  }
  const bool unfinished = about_.adding;
  about_.adding = true;
  GW_CHECK_OK(save());
  if (unfinished) GW_CHECK_OK(recount());
  std::size_t sent = 0;
  for (const auto& one : waiting_) {
    const auto* batch = std::get_if<Batch>(&one);
    Status status = batch != nullptr ? write(*batch) : erase(std::get<Removed>(one));
    if (!status.ok()) {
      return base::wrap(std::move(status).error(), "the collection '" + options_.name + "' has " +
                                                       std::to_string(sent) + " of " + std::to_string(added_) +
                                                       " documents of an addition that failed; adding them again "
                                                       "completes it");
    }
    if (batch != nullptr) sent += batch->size();
  }
  waiting_.clear();
  return {};
}

Status QdrantWriter::finish() {
  GW_CHECK_OK(send_waiting());
  GW_CHECK_OK(check_count());
  const double average =
      about_.documents == 0
          ? 1
          : std::max(1e-9, static_cast<double>(about_.total_length) / static_cast<double>(about_.documents));
  if (!(std::abs(about_.average_length / average - 1) <= kDrift)) {
    about_.average_length = average;
    GW_CHECK_OK(reweigh());
  }
  GW_CHECK_OK(learn_trust());
  about_.adding = false;
  about_.revision = random_digits();
  GW_CHECK_OK(save());
  return anew_ ? change_over() : Status();
}

Status QdrantWriter::save() {
  const json::object point{{"id", kAboutId}, {"vector", json::object()}, {"payload", about_json(about_)}};
  return api_.change("PUT", at("/points"), json::serialize(json::object{{"points", json::array{point}}}), stop_);
}

/// What the server has against what was sent.
Status QdrantWriter::check_count() {
  const Filter all;
  GW_TRY(const std::size_t there, QdrantStages(api_, options_, about_, all).allowed());
  if (there == about_.documents) return {};
  return api_.unexpected(std::to_string(about_.documents) + " documents in the collection", std::to_string(there));
}

template <typename Use>
Status QdrantWriter::for_each_page(const json::array& fields, Use&& use) {
  const Filter all;
  json::object request{
      {"filter", filter_json(all)}, {"limit", kPage}, {"with_payload", fields}, {"with_vector", false}};
  // An offset that comes again and again would be an endless list.
  for (std::uint64_t pages = 0; pages <= about_.documents / kPage + 1; ++pages) {
    GW_TRY(json::value answer, api_.read("POST", at("/points/scroll"), request));
    json::object* result = answer.if_object();
    json::value* list = result == nullptr ? nullptr : result->if_contains("points");
    GW_TRY(const std::vector<QdrantPoint> points,
           api_.points_of(list == nullptr ? nullptr : std::move(*list), kPage, false));
    GW_CHECK_OK(use(points));
    const json::value* next = result->if_contains("next_page_offset");
    if (next == nullptr || next->is_null()) return {};
    request["offset"] = *next;
  }
  return api_.unexpected("a list that ends with the collection's documents", "one that goes on");
}

/// After a writer that was cut off, only the points themselves say what is there.
Status QdrantWriter::recount() {
  const Filter all;
  GW_TRY(about_.documents, QdrantStages(api_, options_, about_, all).allowed());
  about_.total_length = 0;
  return for_each_page({"length", "row"}, [&](const std::vector<QdrantPoint>& points) {
    for (const QdrantPoint& one : points) {
      about_.total_length +=
          static_cast<std::uint64_t>(std::max<std::int64_t>(0, base::int_or(one.payload, "length", 0)));
      about_.next_row = std::max(about_.next_row, static_cast<std::uint64_t>(base::int_or(one.payload, "row", -1) + 1));
    }
    return Status();
  });
}

/// The lexical vectors again, of the average length that is true now.
Status QdrantWriter::reweigh() {
  return for_each_page({"title", "text"}, [&](const std::vector<QdrantPoint>& points) {
    std::vector<std::string> changed;
    for (const QdrantPoint& one : points) {
      const Document document{{}, base::string_or(one.payload, "title"), base::string_or(one.payload, "text"), {}, {}};
      json::object vectors = vectors_of(nullptr, terms_of(document, about_.title_weight), about_.average_length);
      if (vectors.empty()) continue;
      changed.push_back(json::serialize(json::object{{"id", one.id}, {"vector", std::move(vectors)}}));
    }
    return put_points("/points/vectors", changed);
  });
}

/// As an index folder learns it, of rows evenly spread; those that were replaced since are left out.
Status QdrantWriter::learn_trust() {
  const std::uint64_t step = std::max<std::uint64_t>(1, (about_.next_row + kTrustSampled - 1) / kTrustSampled);
  json::array rows;
  for (std::uint64_t row = 0; row < about_.next_row; row += step) rows.emplace_back(row);
  std::vector<double> shares;
  if (!rows.empty()) {
    const json::object sampled{{"key", "row"}, {"match", json::object{{"any", std::move(rows)}}}};
    GW_TRY(json::value answer, api_.read("POST", at("/points/scroll"),
                                         json::object{{"filter", json::object{{"must", json::array{sampled}}}},
                                                      {"limit", kTrustSampled},
                                                      {"with_payload", json::array{"text"}},
                                                      {"with_vector", false}}));
    json::object* result = answer.if_object();
    json::value* list = result == nullptr ? nullptr : result->if_contains("points");
    GW_TRY(const std::vector<QdrantPoint> points,
           api_.points_of(list == nullptr ? nullptr : std::move(*list), kTrustSampled, false));
    for (const QdrantPoint& one : points) shares.push_back(symbol_share(base::string_or(one.payload, "text")));
  }
  about_.lexical_trust = trust_of_collection(shares).lexical;
  return {};
}

Result<std::string> QdrantWriter::behind_alias() {
  GW_TRY(const json::value answer, api_.read("GET", "/aliases", nullptr));
  const json::object* result = answer.if_object();
  const json::value* list = result == nullptr ? nullptr : result->if_contains("aliases");
  if (list == nullptr || !list->is_array()) return api_.unexpected("a list of aliases", json::serialize(answer));
  for (const json::value& one : list->get_array()) {
    const json::object* object = one.if_object();
    if (object != nullptr && base::string_or(*object, "alias_name") == alias_of(options_.name)) {
      return base::string_or(*object, "collection_name");
    }
  }
  return std::string();
}

/// Readers see the new collection from one moment on. What it replaces is deleted, as far as the server lets.
Status QdrantWriter::change_over() {
  GW_TRY(const std::string before, behind_alias());
  const std::string alias = alias_of(options_.name);
  json::array actions;
  if (!before.empty()) actions.push_back(json::object{{"delete_alias", json::object{{"alias_name", alias}}}});
  actions.push_back(
      json::object{{"create_alias", json::object{{"collection_name", about_.collection}, {"alias_name", alias}}}});
  begun_ = false;  // from here on readers may see it
  const auto done =
      api_.write("POST", "/collections/aliases", json::serialize(json::object{{"actions", std::move(actions)}}), stop_);
  if (!done.ok() || !done->is_bool() || !done->get_bool()) {
    base::Error error = done.ok() ? api_.unexpected("the alias changed (true)", json::serialize(*done)) : done.error();
    // The change may have happened and its answer been lost.
    const auto now = behind_alias();
    if (!now.ok()) {
      return base::wrap(std::move(error), "whether readers see what was indexed is not known");
    }
    begun_ = *now != about_.collection;
    if (begun_) return error;
  }
  if (is_generation_of(options_.name, before)) {
    static_cast<void>(api_.read("DELETE", "/collections/" + before, nullptr));
  }
  return {};
}

}  // namespace groundwork::search::detail
