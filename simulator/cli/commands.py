"""The table of commands: name and what it does, in the order in which a new user meets them. Each stands in the module of its name."""

from __future__ import annotations

from simulator.cli.text import Text

COMMANDS = {
    "list": Text("列出内置情景", "List the built-in scenarios"),
    "show": Text("显示解析后的完整情景", "Show a scenario as resolved, nothing left out"),
    "explain": Text("用中文句子解释方案，并跟踪一笔100万元贷款", "Tell a scheme in sentences and follow one loan of 1 million yuan"),
    "validate": Text("检查情景文件，一次列出全部错误", "Check scenario files and name every error at once"),
    "new": Text("写出一个带注释的新情景文件", "Write a new scenario file with comments"),
    "diff": Text("比较两个情景的不同之处", "Show what differs between two scenarios"),
    "schema": Text("导出情景文件的 JSON Schema，供编辑器补全和检查", "Export the JSON Schema of scenario files, for editors"),
    "run": Text("推演一个情景：银行损失、资金池耗尽、放贷规模", "Play a scenario: bank losses, pool depletion, lending volume"),
    "trace": Text("按日期讲述一条模拟路径：谁付给谁、多少、为什么", "Tell one history by date: who paid whom, how much and why"),
    "compare": Text("并排比较几个情景", "Compare scenarios side by side"),
    "sweep": Text("在网格上扫描：补偿比例、资金池规模等逐档推演", "Play a grid over values: compensation ratios, pool sizes …"),
    "study": Text("照研究文件推演：扫描、求解等", "Play what a study's file asks"),
    "solve": Text("求解：哪个取值达到目标，或在约束下最省", "Find the value that meets a target, or costs least under constraints"),
    "frontier": Text("前沿：财政支出、新增放款、银行损失之间的取舍", "Trade-offs: points that no other beats in cost, added lending and bank loss"),
    "sensitivity": Text("哪些假设最要紧：逐项、筛选、方差分解", "Which assumptions matter most: one at a time, screened, by shares of the variance"),
    "stress": Text(
        "压力测试：给定宏观路径、相关边界、多大的冲击会耗尽资金池",
        "Stress: named paths, bounds of dependence, the smallest shock that empties the pool",
    ),
    "regret": Text("各种未来里哪个方案最好，选错会后悔多少", "Which scheme is best in which future, and what is lost by choosing another"),
    "report": Text("把存好的结果写成网页、Word、PPT、Excel、PDF 报告", "Write stored results as a web page, Word, PowerPoint, Excel or PDF"),
    "resume": Text("把中断的推演接着做完", "Finish a run that was interrupted"),
    "rerun": Text("照清单重做一个结果，看数字是否相同", "Make a stored result again and say whether its figures are the same"),
    "verify": Text("用公开发表的数字检验本程序", "Check the program against published figures"),
}
