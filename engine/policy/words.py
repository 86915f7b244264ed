"""Words a package chooses among, as its files write them and as the resolved package keeps them.

They stand apart from the spec, so that a package that was kept is read without it.
"""

from __future__ import annotations

from typing import Literal

Strength = Literal["应当", "一般应当", "鼓励"]
Nature = Literal["有利决定", "不利决定", "程序性", "内部"]
Ties = Literal["由人定", "都不入选", "都入选"]
Hit = Literal["唯一", "首个", "累计", "最大", "最小"]
Status = Literal["征求意见稿", "有效", "示例", "已废止"]
PackageKind = Literal["规范性文件", "实施方案", "通则"]
ClauseKind = Literal["规则", "定义", "原则", "程序", "义务", "奖励", "职权", "鼓励", "元规则", "标准"]
Identifier = Literal["身份证号", "统一社会信用代码", "账号"]
FactType = Literal["是否", "整数", "小数", "金额", "比例", "期间", "日期", "时刻", "文本", Identifier, "枚举", "判断"]
ValueType = Literal["是否", "整数", "小数", "金额", "比例", "期间", "日期", "时刻", "文本", "枚举"]
PayloadType = Literal[ValueType, Identifier]
Changeable = Literal["可增", "可减", "可改"]
Direction = Literal["降", "升"]
AttachmentKind = Literal["救济", "送达", "陈述申辩", "期限"]
AttachmentStage = Literal["办理", "事先告知", "决定"]
OrganKind = Literal["政府部门", "法律法规授权的组织", "事业单位", "党的机关", "其他"]
Stage = Literal["事先告知", "决定"]
LayoutName = Literal["公文", "信函", "公示", "表格", "报告", "牌匾", "人员牌"]
PeriodSpan = Literal["期末", "全期", "期内"]
DutyStatus = Literal["未到期", "逾期", "逾期已处理", "已履行", "逾期履行", "已终止", "已过期", "期限未定", "待办"]
DutyNature = Literal["义务", "权利"]
PictureStyle = Literal["条形", "雷达", "逐月", "覆盖"]
