#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/answer_text.h"
#include "model/chat.h"
#include "model/decoder.h"
#include "model/fair_shares.h"
#include "model/prefix_cache.h"
#include "model/token_sampler.h"

namespace groundwork::model {

/// One answer to generate.
struct Generation {
  std::vector<Token> prompt;  ///< at least one
  int max_tokens = 512;
  Sampling sampling;
  std::unique_ptr<Constraint> constraint;  ///< null: none
  std::vector<std::string> stop;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token cancel;
  std::string user;
};

/// Where an answer goes. Called by whoever calls the scheduler, and must not call it.
struct GenerationSink {
  std::function<void(std::string_view piece)> on_text;  ///< whole characters, in order
  std::function<void(base::Result<ChatAnswer> answer)> on_done;
};

struct SchedulerOptions {
  int running = 16;          ///< answers that are generated at once; others wait
  int waiting = 256;         ///< requests beyond this are refused
  int prompt_chunk = 64;     ///< a prompt's tokens in one batch while others generate: how long these may be held up
  int kept_sequences = 32;   ///< prompts and answers that stay in memory for others that begin like them
  double kept_share = 0.75;  ///< of the cells; 0 keeps none
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// Continuous batching: every step computes one token of each answer and a piece of the prompts that are not read yet.
/// Holds no thread and no lock; not thread-safe.
///
/// 1. Nobody starves. Requests start in the order of what their users had; while a user runs none of theirs and another
///    runs two, the younger of these makes room and goes on later, from memory.
/// 2. What two prompts begin with is computed once: also when both are here at the same time.
/// 3. Memory is bounded by the decoder. When it is full, kept sequences go first, and then the youngest answer makes
///    room until another has ended; the oldest always goes on.
/// 4. Every request added gets on_done exactly once, as ChatModel::chat says of the answers to it.
///
/// @source Yu et al. 2022, "Orca" (iteration-level scheduling); Agrawal et al. 2024, arXiv:2403.02310 (prompts in
///         chunks beside answers)
class Scheduler {
 public:
  /// @param decoder  outlives the scheduler
  Scheduler(Decoder& decoder, SchedulerOptions options);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  ~Scheduler();

  /// An answer ends at the model's longest sequence even where max_tokens reaches further.
  /// @errors kInvalidArgument: an empty prompt, max_tokens below 1, a prompt as long as the model's longest sequence;
  ///         kResourceExhausted: too many wait, or the prompt alone fills the memory. After an error on_done isn't
  ///         called.
  base::Status add(Generation generation, GenerationSink sink);

  /// Ends what is cancelled or late, then computes one batch. @return whether there is more to do
  bool step();

  /// Ends all with this error, or with what they have so far as cancelled.
  void end_all(const base::Error& error);

  std::size_t running() const { return running_.size(); }
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t kept() const { return cache_.size(); }

 private:
  /// A request, from add() to on_done.
  struct Job {
    Job(Generation generation, GenerationSink to);
    /// Nothing is left to read but the token that came last.
    bool reads() const { return tokens.size() - computed > 1; }

    Generation request;
    GenerationSink sink;
    TokenSampler sampler;
    AnswerText text;
    std::vector<Token> tokens;   ///< the prompt and what was generated
    std::size_t computed = 0;    ///< of the tokens, those in the sequence
    std::int32_t sequence = -1;  ///< -1 while it waits
    int generated = 0;
    bool paused = false;  ///< has made room before: what it finds in memory then is its own
    bool ended = false;   ///< on_done was called
    Usage usage;
    Timings timings;
    std::chrono::steady_clock::time_point added;
  };
  using Jobs = std::list<std::unique_ptr<Job>>;
  struct Planned {
    Job* job = nullptr;
    std::size_t tokens = 0;  ///< of the job, in this batch
  };

  void end_overdue(Jobs& jobs);
  void admit();
  Jobs::iterator fairest_waiting();
  Jobs::iterator youngest_of_largest(const std::string& newcomer);
  void start(Jobs::iterator job);
  void pause(Jobs::iterator job);
  void share_kept(Job& job);
  void share_running(Job& job);
  void adopt(Job& job, std::int32_t from, std::size_t tokens);
  bool awaits_prefix(const Job& job) const;
  std::vector<Planned> plan();
  base::Status compute(const std::vector<Planned>& planned);
  bool free_memory();
  void take_tokens(const std::vector<Planned>& planned);
  void take_token(Job& job, std::size_t index);
  void finish(Job& job, FinishReason reason);
  void end(Job& job, base::Result<ChatAnswer> answer);
  void remove_ended();
  void keep(Job& job);
  void evict_one();
  std::int32_t free_sequence();

  Decoder& decoder_;
  const SchedulerOptions options_;
  const Decoder::Limits limits_;
  Jobs running_;  ///< the one that was started first stands first
  Jobs waiting_;
  FairShares shares_;
  PrefixCache cache_;
  std::vector<std::int32_t> free_sequences_;
  std::vector<BatchToken> batch_;
  bool full_ = false;  ///< an answer had to make room: nothing starts until another has ended
};

}  // namespace groundwork::model
