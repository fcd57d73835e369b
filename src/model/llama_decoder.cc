#include <ggml-backend.h>
#include <llama.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "model/llama_model.h"

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

/// Threads that stay between batches: ones that begin anew for each cost some 0.2 ms and often start on the processor
/// of the thread that waits for them. The kernels' symbols are hidden (scripts/build_llama), so they're asked for by
/// name.
class ThreadPool {
 public:
  explicit ThreadPool(int threads) {
    ggml_backend_reg_t kernels = ggml_backend_reg_by_name("CPU");
    if (kernels == nullptr) return;
    const auto create = reinterpret_cast<Create*>(ggml_backend_reg_get_proc_address(kernels, "ggml_threadpool_new"));
    free_ = reinterpret_cast<Free*>(ggml_backend_reg_get_proc_address(kernels, "ggml_threadpool_free"));
    if (create == nullptr || free_ == nullptr) return;
    ggml_threadpool_params parameters = ggml_threadpool_params_default(threads);
    pool_ = create(&parameters);
  }
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool() {
    if (pool_ != nullptr) free_(pool_);
  }
  /// Null where there is none: llama.cpp then makes threads for each batch.
  ggml_threadpool_t get() const { return pool_; }

 private:
  using Create = ggml_threadpool_t(ggml_threadpool_params*);
  using Free = void(ggml_threadpool_t);
  Free* free_ = nullptr;
  ggml_threadpool_t pool_ = nullptr;
};

class LlamaDecoder final : public Decoder {
 public:
  LlamaDecoder(std::shared_ptr<const LlamaModel> model, llama_context* context, int threads, Limits limits)
      : model_(std::move(model)),
        pool_(threads),
        context_(context, llama_free),
        limits_(limits),
        vocabulary_(static_cast<std::size_t>(model_->header().vocabulary)),
        batch_(llama_batch_init(limits.batch, 0, 1)) {
    llama_attach_threadpool(context, pool_.get(), nullptr);
  }
  LlamaDecoder(const LlamaDecoder&) = delete;
  LlamaDecoder& operator=(const LlamaDecoder&) = delete;
  ~LlamaDecoder() override { llama_batch_free(batch_); }

  Limits limits() const override { return limits_; }
  std::string bytes_of(Token token) const override { return model_->bytes_of(token); }
  bool ends(Token token) const override { return model_->ends(token); }

  Status decode(std::span<const BatchToken> batch) override {
    batch_.n_tokens = static_cast<std::int32_t>(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      batch_.token[i] = batch[i].token;
      batch_.pos[i] = batch[i].position;
      batch_.n_seq_id[i] = 1;
      batch_.seq_id[i][0] = batch[i].sequence;
      batch_.logits[i] = batch[i].scored ? 1 : 0;
    }
    const int code = llama_decode(context_.get(), batch_);
    if (code == 0) return {};
    if (code == 1) return make_error(Code::kResourceExhausted, "the model's memory is full");
    return make_error(Code::kInternal, "llama.cpp could not compute a batch: code " + std::to_string(code));
  }

  std::span<float> scores(std::size_t index) override {
    return {llama_get_logits_ith(context_.get(), static_cast<std::int32_t>(index)), vocabulary_};
  }

  void share(std::int32_t from, std::int32_t to, std::int32_t tokens) override {
    llama_memory_seq_cp(llama_get_memory(context_.get()), from, to, 0, tokens);
  }

  void forget(std::int32_t sequence) override {
    llama_memory_seq_rm(llama_get_memory(context_.get()), sequence, -1, -1);
  }

 private:
  std::shared_ptr<const LlamaModel> model_;
  ThreadPool pool_;  // goes after the context that computes with it
  std::unique_ptr<llama_context, decltype(&llama_free)> context_;
  Limits limits_;
  std::size_t vocabulary_;
  llama_batch batch_;
};

}  // namespace

int decoder_threads(const LlamaDecoderOptions& options) {
  return std::max(1, options.threads > 0 ? options.threads : static_cast<int>(std::thread::hardware_concurrency()));
}

Decoder::Limits decoder_limits(const LlamaModel& model, const LlamaDecoderOptions& options) {
  Decoder::Limits limits;
  limits.cells = std::max(256, options.cells);
  limits.context =
      static_cast<int>(std::min<std::uint64_t>(model.header().context, static_cast<std::uint64_t>(limits.cells)));
  limits.sequences = std::clamp(options.sequences, 1, static_cast<int>(llama_max_parallel_sequences()));
  limits.batch = std::max(1, options.batch);
  return limits;
}

Result<std::unique_ptr<Decoder>> open_llama_decoder(std::shared_ptr<const LlamaModel> model,
                                                    const LlamaDecoderOptions& options) {
  const int threads = decoder_threads(options);
  const Decoder::Limits limits = decoder_limits(*model, options);
  llama_context_params parameters = llama_context_default_params();
  parameters.n_ctx = static_cast<std::uint32_t>(limits.cells);
  parameters.n_batch = parameters.n_ubatch = static_cast<std::uint32_t>(limits.batch);
  parameters.n_seq_max = static_cast<std::uint32_t>(limits.sequences);
  parameters.n_outputs_max = static_cast<std::uint32_t>(std::clamp(options.scored, 1, limits.batch));
  parameters.n_threads = parameters.n_threads_batch = threads;
  parameters.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_ENABLED;
  parameters.kv_unified = true;  // so that sequences share memory
  parameters.no_perf = true;
  llama_context* context = llama_init_from_model(model->get(), parameters);
  if (context == nullptr) {
    return make_error(Code::kResourceExhausted, "llama.cpp could not get memory for " + std::to_string(limits.cells) +
                                                    " tokens of " + std::to_string(limits.sequences) + " sequences");
  }
  return std::unique_ptr<Decoder>(std::make_unique<LlamaDecoder>(std::move(model), context, threads, limits));
}

}  // namespace groundwork::model
