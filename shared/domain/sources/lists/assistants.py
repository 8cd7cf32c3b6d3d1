"""Assistants that answer with a language model, and the chat pages of such models' makers."""

SITES = """
ChatGPT: chatgpt.com chat.openai.com openai.com com.openai.chatgpt
Claude: claude.ai claude.com com.anthropic.claude
Google Gemini: gemini.google.com bard.google.com com.google.android.apps.bard
NotebookLM: notebooklm.google.com notebooklm.google
Google AI Studio: aistudio.google.com
Microsoft Copilot: copilot.microsoft.com copilot.cloud.microsoft m365.cloud.microsoft/chat bing.com/chat
    com.microsoft.copilot
GitHub Copilot: github.com/copilot copilot.github.com
Perplexity: perplexity.ai pplx.ai perplexity.com ai.perplexity.app.android
Meta AI: meta.ai ai.meta.com com.facebook.stella
Grok: grok.com x.ai x.com/i/grok twitter.com/i/grok ai.x.grok
DeepSeek: deepseek.com com.deepseek.chat
Mistral AI: chat.mistral.ai mistral.ai ai.mistral.chat
Qwen: qwen.ai qwenlm.ai tongyi.aliyun.com tongyi.com qianwen.com qianwen.aliyun.com
Kimi: kimi.com kimi.ai kimi.moonshot.cn moonshot.cn
Doubao: doubao.com
Ernie Bot: yiyan.baidu.com ernie.baidu.com chat.baidu.com wenxin.baidu.com
Baidu AI: ai.baidu.com
Hunyuan: yuanbao.tencent.com hunyuan.tencent.com
ChatGLM: chatglm.cn zhipuai.cn bigmodel.cn chat.z.ai z.ai
MiniMax: minimax.io hailuoai.com hailuoai.video chat.minimax.io
Spark: xinghuo.xfyun.cn
SenseChat: chat.sensetime.com
Baichuan: ying.baichuan-ai.com
StepFun: yuewen.cn
Metaso: metaso.cn
Duck.ai: duck.ai duckduckgo.com/duckai
You.com: you.com
Poe: poe.com
Character.AI: character.ai
Phind: phind.com
Pi: pi.ai
HuggingChat: huggingface.co/chat
iAsk: iask.ai iask.com
Andi: andisearch.com
Komo: komo.ai
Felo: felo.ai
Genspark: genspark.ai
Manus: manus.im
Consensus: consensus.app
Elicit: elicit.com elicit.org
Exa: exa.ai
Liner: liner.com getliner.com
Jasper: jasper.ai
Writesonic: writesonic.com chatsonic.com
Copy.ai: copy.ai
Rytr: rytr.me
Chat+: chatplus.com chat-gpt.org
Monica: monica.im
Sider: sider.ai
Merlin: getmerlin.in
MaxAI: maxai.me maxai.co
Nova: novaapp.ai chat.novaapp.ai
Replika: replika.com
OpenRouter: openrouter.ai
LMArena: lmarena.ai chat.lmsys.org
Lumo: lumo.proton.me
Leo: leo.brave.com search.brave.com/ask
Reka: reka.ai chat.reka.ai
Alice: alice.yandex.* ya.ru/alisa
GigaChat: giga.chat gigachat.ru
Clova X: clova-x.naver.com
Wrtn: wrtn.ai
Inflection: inflection.ai
Aria: aria.opera.com
Venice: venice.ai
Blackbox: blackbox.ai
Codeium: codeium.com windsurf.com
Scite: scite.ai
Scispace: scispace.com typeset.io
"""
