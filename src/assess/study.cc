#include "assess/study.h"

#include <algorithm>

#include "ledger/fact_schemas.h"

namespace groundwork::assess {

Study::Study(curriculum::Library& library, ledger::Ledger& ledger, const base::Clock& clock,
             progress::Settings settings)
    : library_(&library), ledger_(&ledger), clock_(&clock), settings_(settings) {}

std::pair<std::shared_ptr<const curriculum::Curriculum>, std::shared_ptr<const progress::Course>> Study::content() {
  std::shared_ptr<const curriculum::Curriculum> current = library_->current();
  const std::lock_guard lock(mutex_);
  if (current != content_) {
    content_ = std::move(current);
    course_ = std::make_shared<const progress::Course>(progress::course_of(*content_));
    cache_.clear();
    recent_.clear();
  }
  return {content_, course_};
}

base::Result<std::shared_ptr<const Standing>> Study::standing(const std::string& learner) {
  const auto [content, course] = this->content();
  GW_TRY(const std::int64_t last, ledger_->last_seq(learner));
  std::shared_ptr<const Standing> old;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = cache_.find(learner); found != cache_.end() && found->second.standing->course == course) {
      recent_.splice(recent_.begin(), recent_, found->second.place);
      old = found->second.standing;
      if (old->last_seq >= last) return old;
    }
  }
  GW_TRY(std::vector<ledger::Fact> facts, ledger_->facts(learner, old ? old->last_seq : 0));
  const bool migrated =
      std::any_of(facts.begin(), facts.end(), [](const ledger::Fact& fact) { return fact.kind == "content.migrated"; });
  if (old && migrated) {  // renames reach back to facts that were applied already
    old = nullptr;
    GW_TRY(facts, ledger_->facts(learner, 0));
  }
  auto fresh = std::make_shared<Standing>(Standing{
      content, course, old ? old->state : progress::LearnerState(*course, settings_), old ? old->last_seq : 0});
  for (const progress::Event& event : progress::decode_all(facts, *course).events) fresh->state.apply(event);
  if (!facts.empty()) fresh->last_seq = facts.back().seq;

  const std::lock_guard lock(mutex_);
  if (course == course_) {
    if (const auto found = cache_.find(learner); found != cache_.end()) {
      found->second.standing = fresh;
    } else {
      recent_.push_front(learner);
      cache_.emplace(learner, Entry{fresh, recent_.begin()});
      if (cache_.size() > kMaxCached) {
        cache_.erase(recent_.back());
        recent_.pop_back();
      }
    }
  }
  return std::shared_ptr<const Standing>(fresh);
}

base::Result<std::vector<std::int64_t>> Study::record(std::vector<ledger::NewFact> facts) {
  for (const ledger::NewFact& fact : facts) GW_CHECK_OK(ledger::check_data(fact));
  return ledger_->append(facts);
}

base::Result<std::int64_t> Study::record(ledger::NewFact fact) {
  std::vector<ledger::NewFact> one;
  one.push_back(std::move(fact));
  GW_TRY(const std::vector<std::int64_t> numbers, record(std::move(one)));
  return numbers.front();
}

ledger::NewFact Study::fact(std::string learner, std::string id, std::string kind, base::json::object data) const {
  return {.learner = std::move(learner),
          .id = std::move(id),
          .kind = std::move(kind),
          .version = 1,
          .at = clock_->now(),
          .data = std::move(data)};
}

}  // namespace groundwork::assess
