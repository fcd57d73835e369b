#include "model/scheduler.h"

#include <algorithm>
#include <utility>

namespace groundwork::model {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
using std::chrono::steady_clock;

namespace {

/// A prefix that another request is about to compute is worth waiting for from this length on.
constexpr std::size_t kWorthWaiting = 16;

std::chrono::microseconds between(steady_clock::time_point start, steady_clock::time_point end) {
  return std::max(std::chrono::microseconds(1), std::chrono::duration_cast<std::chrono::microseconds>(end - start));
}

}  // namespace

Scheduler::Job::Job(Generation generation, GenerationSink to)
    : request(std::move(generation)),
      sink(std::move(to)),
      sampler(request.sampling, std::move(request.constraint)),
      text(std::move(request.stop)),
      tokens(std::move(request.prompt)) {}

Scheduler::Scheduler(Decoder& decoder, SchedulerOptions options)
    : decoder_(decoder), options_(std::move(options)), limits_(decoder.limits()) {
  for (std::int32_t i = limits_.sequences; i > 0; --i) free_sequences_.push_back(i - 1);
}

Scheduler::~Scheduler() { end_all(make_error(Code::kUnavailable, "the model is being shut down")); }

Status Scheduler::add(Generation generation, GenerationSink sink) {
  const auto prompt = static_cast<int>(generation.prompt.size());
  if (prompt == 0) return make_error(Code::kInvalidArgument, "expected a prompt of at least one token, found none");
  if (generation.max_tokens < 1) {
    return make_error(Code::kInvalidArgument,
                      "expected max_tokens of at least 1, found " + std::to_string(generation.max_tokens));
  }
  if (prompt >= limits_.context) {
    return make_error(Code::kInvalidArgument, "expected a prompt below the model's " + std::to_string(limits_.context) +
                                                  " tokens, found one of " + std::to_string(prompt));
  }
  if (prompt >= limits_.cells) {
    return make_error(Code::kResourceExhausted, "expected a prompt below the " + std::to_string(limits_.cells) +
                                                    " tokens that memory holds, found one of " +
                                                    std::to_string(prompt));
  }
  if (waiting_.size() >= static_cast<std::size_t>(options_.waiting)) {
    return make_error(Code::kResourceExhausted,
                      std::to_string(waiting_.size()) + " requests wait for the model already; try again later");
  }
  generation.max_tokens = std::min(generation.max_tokens, std::min(limits_.context, limits_.cells) - prompt);
  auto job = std::make_unique<Job>(std::move(generation), std::move(sink));
  job->added = options_.now();
  job->usage.prompt_tokens = prompt;
  shares_.enter(job->request.user);
  waiting_.push_back(std::move(job));
  return {};
}

bool Scheduler::step() {
  end_overdue(running_);
  end_overdue(waiting_);
  admit();
  for (;;) {
    const std::vector<Planned> planned = plan();
    if (planned.empty()) break;
    const Status computed = compute(planned);
    if (computed.ok()) {
      take_tokens(planned);
      break;
    }
    if (computed.error().code == Code::kResourceExhausted && free_memory()) continue;
    for (const Planned& one : planned) {
      one.job->computed = 0;  // in an unknown state, so not kept
      end(*one.job, computed.error());
    }
    break;
  }
  remove_ended();
  return !running_.empty() || !waiting_.empty();
}

void Scheduler::end_all(const base::Error& error) {
  for (Jobs* jobs : {&running_, &waiting_}) {
    for (const auto& job : *jobs) {
      if (job->ended) continue;
      if (job->text.text().empty()) {
        end(*job, error);
      } else {
        finish(*job, FinishReason::kCancelled);
      }
    }
  }
  remove_ended();
}

void Scheduler::end_overdue(Jobs& jobs) {
  const auto now = options_.now();
  for (const auto& job : jobs) {
    if (job->request.cancel.stop_requested()) {
      finish(*job, FinishReason::kCancelled);
    } else if (now >= job->request.deadline) {
      finish(*job, FinishReason::kDeadline);
    }
  }
  remove_ended();
}

// Who runs.

void Scheduler::admit() {
  const auto most = static_cast<std::size_t>(std::min(options_.running, limits_.sequences));
  while (!waiting_.empty() && !full_) {
    const auto next = fairest_waiting();
    if (running_.size() >= most) {
      const auto other = youngest_of_largest((*next)->request.user);
      if (other == running_.end()) return;
      pause(other);
    }
    start(next);
  }
}

Scheduler::Jobs::iterator Scheduler::fairest_waiting() {
  return std::ranges::min_element(waiting_, {}, [&](const auto& job) { return shares_.of(job->request.user); });
}

/// The job that makes room for a user who runs none: of the user who runs most, and at least two. The end when there is
/// no such job.
Scheduler::Jobs::iterator Scheduler::youngest_of_largest(const std::string& newcomer) {
  std::map<std::string_view, int> counts;
  for (const auto& job : running_) ++counts[job->request.user];
  if (counts.contains(newcomer)) return running_.end();
  const auto largest = std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; });
  if (largest->second < 2) return running_.end();
  const auto youngest = std::ranges::find_if(running_.rbegin(), running_.rend(),
                                             [&](const auto& job) { return job->request.user == largest->first; });
  return std::prev(youngest.base());
}

void Scheduler::start(Jobs::iterator job) {
  (*job)->sequence = free_sequence();
  share_kept(**job);
  running_.splice(running_.end(), waiting_, job);
}

/// Takes a job out of the batches; it goes on later from what is kept of it.
void Scheduler::pause(Jobs::iterator job) {
  keep(**job);
  (*job)->computed = 0;
  (*job)->paused = true;
  waiting_.splice(waiting_.begin(), running_, job);
}

// What is in memory already.

void Scheduler::adopt(Job& job, std::int32_t from, std::size_t tokens) {
  if (job.computed > 0) decoder_.forget(job.sequence);
  decoder_.share(from, job.sequence, static_cast<std::int32_t>(tokens));
  if (!job.paused) job.usage.cached_tokens += static_cast<std::int64_t>(tokens - job.computed);
  job.computed = tokens;
}

void Scheduler::share_kept(Job& job) {
  // The last token is always computed: the scores behind it are wanted.
  const auto match = cache_.find(std::span(job.tokens).first(job.tokens.size() - 1));
  if (match && match->tokens > job.computed) adopt(job, match->sequence, match->tokens);
}

void Scheduler::share_running(Job& job) {
  const Job* best = nullptr;
  std::size_t most = job.computed;
  for (const auto& other : running_) {
    if (other.get() == &job || other->computed <= most) continue;
    const std::size_t common =
        std::min(common_prefix(std::span(other->tokens).first(other->computed), job.tokens), job.tokens.size() - 1);
    if (common > most) {
      best = other.get();
      most = common;
    }
  }
  if (best != nullptr) adopt(job, best->sequence, most);
}

/// Whether a job that was started before is about to compute what this one needs too.
bool Scheduler::awaits_prefix(const Job& job) const {
  for (const auto& other : running_) {
    if (other.get() == &job) return false;
    if (other->ended || !other->reads()) continue;
    const std::size_t common = std::min(common_prefix(other->tokens, job.tokens), job.tokens.size() - 1);
    if (common > other->computed && common >= job.computed + kWorthWaiting) return true;
  }
  return false;
}

// One batch.

/// One token of each answer, and as much of the prompts as leaves the answers going; whose user had least comes first.
std::vector<Scheduler::Planned> Scheduler::plan() {
  std::vector<Planned> planned;
  std::vector<Job*> readers;
  for (const auto& job : running_) {
    if (job->reads()) {
      if (awaits_prefix(*job)) continue;
      share_running(*job);
      share_kept(*job);  // what it waited for may be kept by now
      readers.push_back(job.get());
    } else if (planned.size() < static_cast<std::size_t>(limits_.batch)) {
      planned.push_back({job.get(), 1});
    }
  }
  std::size_t room = static_cast<std::size_t>(limits_.batch) - planned.size();
  if (!planned.empty()) room = std::min(room, static_cast<std::size_t>(std::max(1, options_.prompt_chunk)));
  std::ranges::stable_sort(readers, {}, [&](const Job* job) { return shares_.of(job->request.user); });
  for (Job* job : readers) {
    const std::size_t tokens = std::min(room, job->tokens.size() - job->computed);
    if (tokens > 0) planned.push_back({job, tokens});
    room -= tokens;
  }
  return planned;
}

Status Scheduler::compute(const std::vector<Planned>& planned) {
  batch_.clear();
  for (const auto& [job, tokens] : planned) {
    for (std::size_t i = job->computed; i < job->computed + tokens; ++i) {
      batch_.push_back({job->tokens[i], static_cast<std::int32_t>(i), job->sequence, i + 1 == job->tokens.size()});
    }
  }
  return decoder_.decode(batch_);
}

/// @return whether anything could be freed
bool Scheduler::free_memory() {
  if (cache_.size() == 0) {
    if (running_.size() < 2) return false;
    pause(std::prev(running_.end()));
    full_ = true;
  }
  if (cache_.size() > 0) evict_one();
  return true;
}

void Scheduler::take_tokens(const std::vector<Planned>& planned) {
  std::size_t end = 0;
  for (const auto& [job, tokens] : planned) {
    end += tokens;
    job->computed += tokens;
    shares_.charge(job->request.user, static_cast<double>(tokens));
    if (job->computed == job->tokens.size()) take_token(*job, end - 1);
  }
}

void Scheduler::take_token(Job& job, std::size_t index) {
  const Result<Token> token = job.sampler.pick(decoder_.scores(index));
  if (!token.ok()) return end(job, token.error());
  ++job.usage.completion_tokens;
  if (decoder_.ends(*token)) return finish(job, FinishReason::kStop);
  job.tokens.push_back(*token);
  const std::string_view piece = job.text.add(decoder_.bytes_of(*token));
  if (!piece.empty()) {
    if (job.timings.first_token.count() == 0) job.timings.first_token = between(job.added, options_.now());
    if (job.sink.on_text) job.sink.on_text(piece);
  }
  if (job.text.stopped()) return finish(job, FinishReason::kStop);
  if (job.usage.completion_tokens >= job.request.max_tokens) finish(job, FinishReason::kLength);
}

// The end of a job.

void Scheduler::finish(Job& job, FinishReason reason) {
  if (job.text.text().empty() && reason == FinishReason::kCancelled) {
    return end(job, make_error(Code::kCancelled, "cancelled before the answer began"));
  }
  if (job.text.text().empty() && reason == FinishReason::kDeadline) {
    return end(job, make_error(Code::kDeadlineExceeded, "the answer had not begun at its deadline"));
  }
  if (!job.text.stopped()) {
    const std::string_view rest = job.text.finish();
    if (!rest.empty() && job.sink.on_text) job.sink.on_text(rest);
  }
  ChatAnswer answer;
  answer.text = job.text.text();
  answer.finish = reason;
  answer.usage = job.usage;
  answer.timings = job.timings;
  answer.timings.total = between(job.added, options_.now());
  end(job, std::move(answer));
}

void Scheduler::end(Job& job, Result<ChatAnswer> answer) {
  job.ended = true;
  if (job.sequence >= 0) {
    keep(job);
    full_ = false;
  }
  shares_.leave(job.request.user);
  job.sink.on_done(std::move(answer));
}

void Scheduler::remove_ended() {
  const auto ended = [](const std::unique_ptr<Job>& job) { return job->ended; };
  running_.remove_if(ended);
  waiting_.remove_if(ended);
}

/// Takes the job's sequence from it, for others that begin like it.
void Scheduler::keep(Job& job) {
  const std::int32_t sequence = std::exchange(job.sequence, -1);
  const auto most = static_cast<std::size_t>(options_.kept_share * limits_.cells);
  if (job.computed == 0 || job.computed > most || options_.kept_sequences < 1) {
    decoder_.forget(sequence);
    free_sequences_.push_back(sequence);
    return;
  }
  const auto end = job.tokens.begin() + static_cast<std::ptrdiff_t>(job.computed);
  for (const std::int32_t contained : cache_.keep(sequence, {job.tokens.begin(), end})) {
    decoder_.forget(contained);
    free_sequences_.push_back(contained);
  }
  while (cache_.tokens() > most || cache_.size() > static_cast<std::size_t>(options_.kept_sequences)) evict_one();
}

void Scheduler::evict_one() {
  const std::int32_t sequence = cache_.evict().value();
  decoder_.forget(sequence);
  free_sequences_.push_back(sequence);
}

std::int32_t Scheduler::free_sequence() {
  if (free_sequences_.empty()) evict_one();
  const std::int32_t sequence = free_sequences_.back();
  free_sequences_.pop_back();
  return sequence;
}

}  // namespace groundwork::model
